// Alerts out of the store: to a file first, then to webhooks, until each has taken or refused them for good.
#include "alerts/delivery.h"

#include <fcntl.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "base/clock.h"
#include "base/hex.h"

namespace jindo::alerts {
std::string webhook_signature(const std::string& secret, int64_t time, std::string_view body) {
  const std::string text = std::to_string(time) + "." + std::string(body);
  uint8_t digest[32];
  unsigned size = sizeof digest;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const uint8_t*>(text.data()),
       text.size(), digest, &size);
  return "t=" + std::to_string(time) + ",v1=" + base::to_hex({digest, size});
}

base::Status check_webhook_url(const std::string& url) {
  JINDO_TRY(const net::Url parsed, net::parse_url(url));
  const bool here = parsed.host == "localhost" || parsed.host.rfind("127.", 0) == 0 || parsed.host == "::1";
  if (!parsed.tls && !here)
    return base::wrong_use("'" + url.substr(0, 200) + "': alerts leave this machine only over https");
  return {};
}

void Deliverer::start() {
  thread_ = std::thread([this] { run(); });
}
void Deliverer::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Deliverer::run() {
  while (!stopping_) {
    // A failing disk or database is tried again: everything due is still in the store.
    const bool wrote = write_file().ok();
    const bool sent = send_due().ok();
    std::this_thread::sleep_for(std::chrono::milliseconds(wrote && sent ? 50 : 1000));
  }
}

// The file first, then the note of how far it is: a crash between the two repeats lines, whose uid tells.
base::Status Deliverer::write_file() {
  if (options_.file.empty()) return {};
  JINDO_TRY(const int64_t written, store_.fact("file_written"));
  if (written >= store_.last()) return {};
  JINDO_TRY(const auto alerts, store_.list(written, 1000, ""));
  if (alerts.empty()) return {};
  std::string text;
  for (const Alert& alert : alerts) text += alert.body + "\n";
  const int file = ::open(options_.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return base::machine_failed(options_.file + ": " + std::strerror(errno));
  const off_t before = ::lseek(file, 0, SEEK_END);
  size_t done = 0;
  bool ok = true;
  while (done < text.size() && ok) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    ok = wrote > 0;
    if (ok) done += static_cast<size_t>(wrote);
  }
  ok = ok && ::fdatasync(file) == 0;
  if (!ok && ::ftruncate(file, before) != 0) ok = false;
  ::close(file);
  if (!ok) return base::machine_failed(options_.file + ": cannot be written");
  return store_.set_fact("file_written", alerts.back().number);
}

base::Status Deliverer::send(const Webhook& webhook, const Alert& alert) {
  auto& client = clients_[webhook.url];
  if (!client) {
    net::ClientOptions options;
    options.seconds = 10;
    options.body_bytes_max = 1 << 20;
    options.verify = options_.verify_tls;
    JINDO_TRY(client, net::Client::make(webhook.url, options));
  }
  const int64_t time = base::unix_ms() / 1000;
  JINDO_TRY(const net::ClientResponse answer,
            client->post(alert.body, {{"Jindo-Alert", alert.uid},
                                      {"Jindo-Signature", webhook_signature(webhook.secret, time, alert.body)}}));
  if (answer.status / 100 == 2) return {};
  return base::machine_failed("answered " + std::to_string(answer.status));
}

base::Status Deliverer::send_due() {
  JINDO_TRY(const auto due, store_.due(base::unix_ms(), 100));
  if (due.empty()) return {};
  JINDO_TRY(const auto webhooks, store_.webhooks());
  for (const Delivery& delivery : due) {
    if (stopping_) return {};
    const auto webhook =
        std::find_if(webhooks.begin(), webhooks.end(), [&](const Webhook& w) { return w.id == delivery.webhook; });
    JINDO_TRY(const auto alert, store_.find(delivery.alert));
    if (webhook == webhooks.end() || !alert) {
      JINDO_DO(store_.delivered(delivery));
      continue;
    }
    const auto sent = send(*webhook, *alert);
    if (sent.ok()) {
      ++counts_.sent;
      JINDO_DO(store_.delivered(delivery));
      continue;
    }
    ++counts_.failed;
    const unsigned attempt = delivery.attempts + 1;
    const bool dead = attempt >= kAttemptsMax;
    if (dead) ++counts_.dead;
    const int64_t pause = std::min<int64_t>(int64_t{options_.first_retry_ms} << std::min(attempt - 1, 20u), 3'600'000);
    JINDO_DO(store_.failed(delivery, sent.error().message, base::unix_ms() + pause, dead));
  }
  return {};
}
}  // namespace jindo::alerts
