// The bus of a node: a thread that takes what came, sends what is new, answers who misses something, says its position.
#include "federation/node_bus.h"

#include "base/json_writer.h"
#include "base/parallel.h"
#include "stix/json.h"

namespace jindo::federation {
namespace {
using base::Status;
constexpr size_t kBatch = 500;
constexpr size_t kBatchBytes = size_t{8} << 20;
constexpr unsigned kBusLookMs = 20;
const std::string kByBus = "bus:";  // in front of the key under which what came by the bus is kept
}  // namespace

Status Sharing::NodeBus::start() {
  net::BusOptions options;
  options.url = config_.url;
  options.name = "jindo " + sharing_.key_->public_hex().substr(0, 16);
  options.token = config_.token;
  options.credentials = config_.credentials;
  options.authority = config_.authority;
  JINDO_TRY(bus_, net::MessageBus::make(options));
  JINDO_DO(bus_->subscribe(config_.subject));
  thread_ = std::thread([this] { run(); });
  return {};
}
void Sharing::NodeBus::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}
BusStatus Sharing::NodeBus::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}
void Sharing::NodeBus::run() {
  base::give_way(5);
  Clock::time_point announced{};
  bool was_connected = false;
  std::string problem;
  const auto note = [&](const Status& status) {
    const std::string now = status.ok() ? "" : status.error().message;
    if (!status.ok() && now != problem) sharing_.say("error", "bus", "\"problem\":" + base::json_escape(now));
    problem = now;
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.problem = now;
  };
  while (!stopping_) {
    const bool connected = bus_->connected();
    if (connected != was_connected) {
      sharing_.say("info", "bus", std::string("\"connected\":") + (connected ? "true" : "false"));
      was_connected = connected;
      announced = {};
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.connected = connected;
    }
    // All that has come, then what is new here.
    for (size_t i = 0; i < 1000 && !stopping_; ++i) {
      const auto frame = bus_->next(i == 0 ? kBusLookMs : 0);
      if (!frame) break;
      const Status taken = receive(*frame);
      if (!taken.ok()) note(taken);
    }
    if (!connected || stopping_) continue;
    Status status = send_new();
    while (status.ok() && !asks_.empty()) {  // the earliest answers all
      const int64_t from = *asks_.begin();
      asks_.clear();
      const auto end = send_from(from);
      if (!end.ok()) status = end.error();
    }
    if (status.ok() && Clock::now() - announced > std::chrono::seconds(1)) {
      status = announce_position();
      announced = Clock::now();
    }
    note(status);
  }
}

// ---- out ----
Status Sharing::NodeBus::publish(const intel::BusMessage& message) {
  for (const std::string& frame : intel::bus_frames(message, *sharing_.key_, bus_->bytes_max()))
    JINDO_DO(bus_->publish(config_.subject, frame));
  return {};
}
Status Sharing::NodeBus::send_new() {
  const int64_t newest = sharing_.store_->last_position();
  if (sent_ < 0) {  // what was before, others ask for
    sent_ = newest;
    return {};
  }
  if (newest <= sent_) return {};
  JINDO_TRY(sent_, send_from(sent_));
  return {};
}
base::Result<int64_t> Sharing::NodeBus::send_from(int64_t position) {
  const auto directory = sharing_.store_->directory();
  const auto collection = directory->collections.find(config_.collection);
  // Machines are no individuals: TLP:RED stays where it is.
  const auto reader = directory->reader(directory->own, intel::Affiliation::kNode, "");
  if (collection == directory->collections.end() || !reader)
    return base::machine_failed("the common collection or this organisation is not known here");
  const int64_t newest = sharing_.store_->last_position();
  intel::Query query;
  query.after = position;
  query.limit = kBatch;
  query.last = false;
  query.all = true;
  query.with_text = false;  // one text at a time: objects may have 4 MiB each
  intel::BusMessage message;
  message.kind = intel::BusMessage::Kind::kObjects;
  message.collection = config_.collection;
  message.from = position;
  uint64_t count = 0;
  const auto send = [&](int64_t to) -> Status {
    message.to = to;
    JINDO_DO(publish(message));
    message.from = to;
    message.payload.clear();
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.sent += count;
    count = 0;
    return {};
  };
  for (;;) {
    JINDO_TRY(const intel::Page page, sharing_.store_->page(collection->second, *reader, query));
    for (const intel::Item& item : page.items) {
      JINDO_TRY(const auto version, sharing_.store_->version(item.number));
      query.after = item.position;
      if (!version || version->sent_by.starts_with(kByBus)) continue;  // its own node sends it
      message.payload += base::json_object([&](base::JsonWriter& json) {
        json.field("sender", version->sender);
        json.field("pulled", version->way == intel::Way::kPulled);
        json.field("object", version->json);  // as it came, every byte
      });
      message.payload += '\n';
      ++count;
      if (message.payload.size() > kBatchBytes) JINDO_DO(send(item.position));
    }
    if (!page.more) break;
    if (!message.payload.empty()) JINDO_DO(send(query.after));
  }
  const int64_t end = std::max(newest, query.after);
  if (end > message.from || !message.payload.empty()) JINDO_DO(send(end));
  return end;
}
Status Sharing::NodeBus::announce_position() {
  intel::BusMessage message;
  message.kind = intel::BusMessage::Kind::kPosition;
  message.collection = config_.collection;
  message.to = sent_;
  return publish(message);
}
Status Sharing::NodeBus::ask(const std::string& node, int64_t from) {
  const auto now = Clock::now();
  if (const auto last = asked_.find(node); last != asked_.end() && now - last->second < std::chrono::milliseconds(500))
    return {};
  asked_[node] = now;
  intel::BusMessage message;
  message.kind = intel::BusMessage::Kind::kAsk;
  message.collection = config_.collection;
  message.from = from;
  message.whom = node;
  return publish(message);
}

// ---- in ----
base::Result<int64_t> Sharing::NodeBus::known_of(const std::string& node) {
  if (const auto found = known_.find(node); found != known_.end()) return found->second;
  JINDO_TRY(const std::string kept, sharing_.store_->fact(place_of(node)));
  return known_[node] = kept.empty() ? 0 : std::strtoll(kept.c_str(), nullptr, 10);
}
Status Sharing::NodeBus::receive(const std::string& frame) {
  const auto directory = sharing_.store_->directory();
  const std::string& self = sharing_.key_->public_hex();
  if (frame.find(self) != std::string::npos && frame.find("\"node\":\"" + self) != std::string::npos) return {};
  const auto message = reader_.take(frame, [&](const std::string& node) {
    const auto owner = directory->key_owner.find(node);
    return owner != directory->key_owner.end() && owner->second == directory->own;
  });
  if (!message.ok()) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++status_.refused;
    return base::machine_failed("a message on the bus was refused: " + message.error().message);
  }
  if (!*message || (*message)->collection != config_.collection || (*message)->node == self) return {};
  const intel::BusMessage& m = **message;
  if (m.kind == intel::BusMessage::Kind::kAsk) {
    if (m.whom == self) asks_.insert(m.from);
    return {};
  }
  JINDO_TRY(const int64_t known, known_of(m.node));
  if (m.to <= known) return {};
  if (m.kind == intel::BusMessage::Kind::kPosition || m.from > known) return ask(m.node, known);
  JINDO_DO(take_in(m));
  JINDO_DO(sharing_.store_->set_fact(place_of(m.node), std::to_string(m.to)));
  known_[m.node] = m.to;
  return {};
}
Status Sharing::NodeBus::take_in(const intel::BusMessage& message) {
  const auto directory = sharing_.store_->directory();
  // One submission a sender and way, in order.
  intel::Submission submission;
  std::vector<stix::Object> objects;
  const auto add = [&]() -> Status {
    if (objects.empty()) return {};
    JINDO_TRY(const auto report, sharing_.store_->add(submission, objects));
    objects.clear();
    for (const intel::Added& added : report.objects)
      if (added.outcome == intel::Outcome::kFailed)
        sharing_.say("error", "refused",
                     "\"bus\":true,\"object\":" + base::json_escape(added.object) +
                         ",\"problem\":" + base::json_escape(added.message));
    const std::lock_guard<std::mutex> lock(mutex_);
    status_.received += report.count(intel::Outcome::kAdded);
    status_.refused += report.count(intel::Outcome::kFailed);
    return {};
  };
  submission.collection = config_.collection;
  submission.key = kByBus + message.node.substr(0, 16);
  submission.passed_on = true;
  simdjson::dom::parser parser;
  for (size_t begin = 0; begin < message.payload.size();) {
    const size_t end = std::min(message.payload.find('\n', begin), message.payload.size());
    const std::string_view line(message.payload.data() + begin, end - begin);
    begin = end + 1;
    simdjson::dom::object from;
    std::string_view inner;
    bool pulled = false;
    if (parser.parse(line.data(), line.size()).get(from) != simdjson::SUCCESS ||
        from["object"].get(inner) != simdjson::SUCCESS || from["pulled"].get(pulled) != simdjson::SUCCESS)
      return base::machine_failed("a message on the bus: expected lines of sender, pulled and object");
    const std::string sender(stix::text_of(from, "sender"));
    const intel::Way way = pulled ? intel::Way::kPulled : intel::Way::kPushed;
    auto object = stix::parse_object(inner);
    const bool known = directory->organisations.count(sender) != 0;
    if (!object.ok() || (!pulled && !known)) {
      sharing_.say("error", "refused",
                   "\"bus\":true,\"problem\":" +
                       base::json_escape(object.ok() ? "its sender is not known here: " + sender.substr(0, 100)
                                                     : object.error().message));
      continue;
    }
    if (sender != submission.by.organisation || way != submission.way) {
      JINDO_DO(add());
      submission.way = way;
      submission.by = directory->reader(sender, intel::Affiliation::kNode, "").value_or(intel::Reader{});
      submission.by.organisation = sender;
    }
    objects.push_back(std::move(*object));
  }
  return add();
}
}  // namespace jindo::federation
