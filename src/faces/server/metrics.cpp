// Counters a route and status, and their text in Prometheus's form.
#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

namespace jindo::server {
namespace {
constexpr std::array<int64_t, 14> kNanoseconds = {10'000,     25'000,      50'000,        100'000,      250'000,
                                                  500'000,    1'000'000,   2'500'000,     5'000'000,    10'000'000,
                                                  50'000'000, 250'000'000, 1'000'000'000, 5'000'000'000};
// Every status that this server sends; any other counts as the last.
constexpr std::array<unsigned, 16> kStatuses = {200, 201, 202, 204, 400, 401, 403, 404,
                                                405, 409, 413, 415, 422, 431, 503, 500};
constexpr std::array<const char*, 3> kVerdicts = {"allow", "review", "hold"};

struct Cell {  // one route with one status
  std::array<std::atomic<uint64_t>, kNanoseconds.size() + 1> buckets{};
  std::atomic<uint64_t> nanoseconds{0};
};
}  // namespace

struct Metrics::Impl {
  std::vector<std::string> routes;
  std::vector<std::array<Cell, kStatuses.size()>> cells;
  std::array<std::atomic<uint64_t>, kVerdicts.size()> verdicts{};
  std::atomic<uint64_t> refused{0};
  explicit Impl(std::vector<std::string> names) : routes(std::move(names)), cells(routes.size() + 1) {
    routes.emplace_back("none");
  }
};

Metrics::Metrics(std::vector<std::string> routes) : impl_(std::make_unique<Impl>(std::move(routes))) {}
Metrics::~Metrics() = default;

void Metrics::request(size_t route, unsigned status, int64_t nanoseconds) {
  const size_t at = static_cast<size_t>(std::find(kStatuses.begin(), kStatuses.end(), status) - kStatuses.begin());
  Cell& cell = impl_->cells[route][std::min(at, kStatuses.size() - 1)];
  const size_t bucket = static_cast<size_t>(std::lower_bound(kNanoseconds.begin(), kNanoseconds.end(), nanoseconds) -
                                            kNanoseconds.begin());
  cell.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  cell.nanoseconds.fetch_add(static_cast<uint64_t>(nanoseconds), std::memory_order_relaxed);
}
void Metrics::verdict(const char* verdict) {
  impl_->verdicts[verdict[0] == 'a' ? 0 : verdict[0] == 'r' ? 1 : 2].fetch_add(1, std::memory_order_relaxed);
}
void Metrics::refused() { impl_->refused.fetch_add(1, std::memory_order_relaxed); }

std::string Metrics::text(const std::vector<Reading>& readings) const {
  using prometheus::ClientMetric;
  prometheus::MetricFamily requests, seconds, verdicts;
  requests.name = "jindo_http_requests_total";
  requests.help = "Requests answered, by route and status";
  requests.type = prometheus::MetricType::Counter;
  seconds.name = "jindo_http_request_seconds";
  seconds.help = "From a request's last byte to its answer made";
  seconds.type = prometheus::MetricType::Histogram;
  verdicts.name = "jindo_verdicts_total";
  verdicts.help = "Single screenings, by verdict";
  verdicts.type = prometheus::MetricType::Counter;
  for (size_t r = 0; r < impl_->cells.size(); ++r) {
    for (size_t s = 0; s < kStatuses.size(); ++s) {
      const Cell& cell = impl_->cells[r][s];
      ClientMetric histogram;
      uint64_t count = 0;
      for (size_t b = 0; b < cell.buckets.size(); ++b) {
        count += cell.buckets[b].load(std::memory_order_relaxed);
        const double bound = b < kNanoseconds.size() ? static_cast<double>(kNanoseconds[b]) / 1e9
                                                     : std::numeric_limits<double>::infinity();
        histogram.histogram.bucket.push_back({count, bound});
      }
      if (count == 0) continue;
      histogram.label = {{"route", impl_->routes[r]}, {"status", std::to_string(kStatuses[s])}};
      histogram.histogram.sample_count = count;
      histogram.histogram.sample_sum = static_cast<double>(cell.nanoseconds.load(std::memory_order_relaxed)) / 1e9;
      ClientMetric counter;
      counter.label = histogram.label;
      counter.counter.value = static_cast<double>(count);
      requests.metric.push_back(std::move(counter));
      seconds.metric.push_back(std::move(histogram));
    }
  }
  for (size_t v = 0; v < kVerdicts.size(); ++v) {
    ClientMetric counter;
    counter.label = {{"verdict", kVerdicts[v]}};
    counter.counter.value = static_cast<double>(impl_->verdicts[v].load(std::memory_order_relaxed));
    verdicts.metric.push_back(std::move(counter));
  }
  std::vector<prometheus::MetricFamily> families = {std::move(requests), std::move(seconds), std::move(verdicts)};
  prometheus::Registry now;
  prometheus::BuildCounter()
      .Name("jindo_answers_refused_total")
      .Help("Answers refused (503) because the decision log could not be written")
      .Register(now)
      .Add({})
      .Increment(static_cast<double>(impl_->refused.load(std::memory_order_relaxed)));
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
