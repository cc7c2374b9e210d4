#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

namespace jindo::server {
namespace {
const prometheus::Histogram::BucketBoundaries kSeconds = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001,
                                                          0.0025,  0.005,    0.01,    0.05,   0.25,    1,      5};
}
struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("jindo_http_requests_total")
                                                          .Help("Requests answered, by route and status")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("jindo_http_request_seconds")
                                                           .Help("From a request's last byte to its answer made")
                                                           .Register(registry);
  prometheus::Family<prometheus::Counter>& verdicts =
      prometheus::BuildCounter().Name("jindo_verdicts_total").Help("Single screenings, by verdict").Register(registry);
  prometheus::Counter& allow = verdicts.Add({{"verdict", "allow"}});
  prometheus::Counter& review = verdicts.Add({{"verdict", "review"}});
  prometheus::Counter& hold = verdicts.Add({{"verdict", "hold"}});
  std::mutex mutex;
  struct Route {
    prometheus::Counter* count;
    prometheus::Histogram* seconds;
  };
  std::map<std::pair<std::string, unsigned>, Route> routes;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::request(const std::string& route, unsigned status, double seconds) {
  Impl::Route found;
  {
    const std::lock_guard<std::mutex> lock(impl_->mutex);
    Impl::Route& slot = impl_->routes[{route, status}];
    if (slot.count == nullptr) {
      slot.count = &impl_->requests.Add({{"route", route}, {"status", std::to_string(status)}});
      slot.seconds = &impl_->seconds.Add({{"route", route}, {"status", std::to_string(status)}}, kSeconds);
    }
    found = slot;
  }
  found.count->Increment();
  found.seconds->Observe(seconds);
}
void Metrics::verdict(const char* verdict) {
  Impl& impl = *impl_;
  (verdict[0] == 'a' ? impl.allow : verdict[0] == 'r' ? impl.review : impl.hold).Increment();
}

std::string Metrics::text(const std::vector<Reading>& readings) const {
  auto families = impl_->registry.Collect();
  prometheus::Registry now;
  for (const Reading& r : readings) {
    prometheus::Labels labels;
    for (const auto& [name, value] : r.labels) labels[name] = value;
    if (r.counter)
      prometheus::BuildCounter().Name(r.name).Help(r.help).Register(now).Add(labels).Increment(r.value);
    else
      prometheus::BuildGauge().Name(r.name).Help(r.help).Register(now).Add(labels).Set(r.value);
  }
  for (auto& family : now.Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}
}  // namespace jindo::server
