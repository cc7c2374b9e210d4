// NATS by its C client.
#include "net/message_bus.h"

#include <nats/nats.h>

#include <chrono>
#include <thread>
#include <vector>

namespace jindo::net {
namespace {
base::Status must(natsStatus status, const std::string& what) {
  if (status == NATS_OK) return {};
  return base::machine_failed("NATS: " + what + ": " + natsStatus_GetText(status));
}
}  // namespace

struct MessageBus::Parts {
  natsOptions* options = nullptr;
  natsConnection* connection = nullptr;
  natsSubscription* subscription = nullptr;
};

base::Result<std::unique_ptr<MessageBus>> MessageBus::make(const BusOptions& options) {
  std::unique_ptr<MessageBus> out(new MessageBus);
  out->parts_ = std::make_unique<Parts>();
  Parts& p = *out->parts_;
  JINDO_DO(must(natsOptions_Create(&p.options), "options"));
  std::vector<std::string> urls;
  for (size_t begin = 0; begin <= options.url.size();) {
    const size_t end = std::min(options.url.find(',', begin), options.url.size());
    urls.push_back(options.url.substr(begin, end - begin));
    begin = end + 1;
  }
  std::vector<const char*> servers;
  for (const std::string& url : urls) servers.push_back(url.c_str());
  const auto wrong = [&](natsStatus status, const char* what) -> base::Status {
    return status == NATS_OK ? base::Status()
                             : base::wrong_use(std::string("nats: ") + what + ": " + natsStatus_GetText(status));
  };
  JINDO_DO(wrong(natsOptions_SetServers(p.options, servers.data(), static_cast<int>(servers.size())), "'url'"));
  JINDO_DO(wrong(natsOptions_SetName(p.options, options.name.c_str()), "name"));
  if (!options.token.empty()) JINDO_DO(wrong(natsOptions_SetToken(p.options, options.token.c_str()), "'token_file'"));
  if (!options.credentials.empty())
    JINDO_DO(wrong(natsOptions_SetUserCredentialsFromFiles(p.options, options.credentials.c_str(), nullptr),
                   "'credentials'"));
  if (!options.authority.empty()) {
    JINDO_DO(wrong(natsOptions_SetSecure(p.options, true), "'authority'"));
    JINDO_DO(wrong(natsOptions_LoadCATrustedCertificates(p.options, options.authority.c_str()), "'authority'"));
  }
  JINDO_DO(must(natsOptions_SetMaxReconnect(p.options, -1), "options"));
  JINDO_DO(must(natsOptions_SetReconnectWait(p.options, 200), "options"));
  JINDO_DO(must(natsOptions_SetReconnectJitter(p.options, 100, 100), "options"));
  JINDO_DO(must(natsOptions_SetPingInterval(p.options, 5000), "options"));
  JINDO_DO(must(natsOptions_SetTimeout(p.options, 2000), "options"));
  JINDO_DO(must(natsOptions_SetRetryOnFailedConnect(p.options, true, nullptr, nullptr), "options"));
  const natsStatus status = natsConnection_Connect(&p.connection, p.options);
  if (status != NATS_OK && status != NATS_NOT_YET_CONNECTED) return wrong(status, "'url'").error();
  return out;
}
MessageBus::~MessageBus() {
  if (!parts_) return;
  natsSubscription_Destroy(parts_->subscription);
  natsConnection_Destroy(parts_->connection);
  natsOptions_Destroy(parts_->options);
}
base::Status MessageBus::subscribe(const std::string& subject) {
  natsSubscription_Destroy(parts_->subscription);
  parts_->subscription = nullptr;
  return must(natsConnection_SubscribeSync(&parts_->subscription, parts_->connection, subject.c_str()),
              "subscribing to " + subject);
}
base::Status MessageBus::publish(const std::string& subject, const std::string& data) {
  if (!connected()) return base::machine_failed("NATS: not connected");
  return must(natsConnection_Publish(parts_->connection, subject.c_str(), data.data(), static_cast<int>(data.size())),
              "publishing to " + subject);
}
std::optional<std::string> MessageBus::next(unsigned ms) {
  natsMsg* message = nullptr;
  const natsStatus status = natsSubscription_NextMsg(&message, parts_->subscription, ms);
  if (status != NATS_OK) {
    // Messages that were too many to keep: the next call goes on behind them.
    if (status != NATS_TIMEOUT && status != NATS_SLOW_CONSUMER)
      std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    return std::nullopt;
  }
  std::string out(natsMsg_GetData(message), static_cast<size_t>(natsMsg_GetDataLength(message)));
  natsMsg_Destroy(message);
  return out;
}
bool MessageBus::connected() const { return natsConnection_Status(parts_->connection) == NATS_CONN_STATUS_CONNECTED; }
size_t MessageBus::bytes_max() const {
  const int64_t most = natsConnection_GetMaxPayload(parts_->connection);
  return most > 0 ? static_cast<size_t>(most) : size_t{1} << 20;
}
}  // namespace jindo::net
