// Prometheus metrics (text format 0.0.4), over prometheus-cpp; nothing of it shows here. Thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace jindo::server {

struct Reading {  // taken when scraped
  std::string name, help;
  bool counter = false;
  double value = 0;
  std::vector<std::pair<std::string, std::string>> labels;
};
class Metrics {
 public:
  Metrics();
  ~Metrics();
  void request(const std::string& route, unsigned status, double seconds);
  void verdict(const char* verdict);
  std::string text(const std::vector<Reading>& readings) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jindo::server
