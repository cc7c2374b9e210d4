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
  // `routes`: their names, by number; the number behind the last is "none".
  explicit Metrics(std::vector<std::string> routes);
  ~Metrics();
  // Counted without a lock.
  void request(size_t route, unsigned status, int64_t nanoseconds);
  void verdict(const char* verdict);
  void refused();  // an answer that could not be kept
  std::string text(const std::vector<Reading>& readings) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jindo::server
