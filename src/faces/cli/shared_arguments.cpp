// Arguments read into numbers, times, folders and requests; text written to standard output, notes to standard error.
#include "cli/shared_arguments.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/uint256.h"

namespace jindo::cli {
void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void note(const Arguments& arguments, const std::string& text) {
  if (!arguments.has("--quiet")) std::fprintf(stderr, "%s\n", text.c_str());
}
base::Status output_failed() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return base::machine_failed("standard output: cannot write");
  return {};
}

base::Result<uint64_t> whole_number(const Arguments& arguments, const std::string& option) {
  const std::string text = arguments.get(option);
  const auto value = base::parse_decimal(text);
  if (!value || !value->fits_u64()) return base::wrong_use(option + ": '" + text + "' is not a whole number");
  return value->low();
}

base::Result<size_t> memory_bytes(const Arguments& arguments) {
  std::string text = arguments.get("--memory");
  uint64_t unit = 1;
  if (!text.empty()) {
    const char last = text.back();
    if (last == 'K' || last == 'k') unit = uint64_t{1} << 10;
    if (last == 'M' || last == 'm') unit = uint64_t{1} << 20;
    if (last == 'G' || last == 'g') unit = uint64_t{1} << 30;
    if (unit > 1) text.pop_back();
  }
  const auto value = base::parse_decimal(text);
  constexpr uint64_t kLeast = uint64_t{64} << 20;
  if (!value || !value->fits_u64() || value->low() > (uint64_t{1} << 50) / unit || value->low() * unit < kLeast) {
    return base::wrong_use("--memory: '" + arguments.get("--memory") +
                           "' is not a size of 64M and more, like 512M or 2G");
  }
  return static_cast<size_t>(value->low() * unit);
}

base::Result<unsigned> thread_count(const Arguments& arguments) {
  if (!arguments.has("--threads")) return std::max(1U, std::thread::hardware_concurrency());
  JINDO_TRY(const uint64_t count, whole_number(arguments, "--threads"));
  if (count == 0 || count > 1024) return base::wrong_use("--threads: expected 1 to 1024");
  return static_cast<unsigned>(count);
}

std::string data_folder(const std::string& name) {
  // Beside the program: installed as PREFIX/bin/jindo, or built as build/release/jindo.
  std::error_code code;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
  for (const std::string& place : {"../share/jindo/" + name, "../../data/" + name}) {
    const auto folder = (program.parent_path() / place).lexically_normal();
    if (!code && base::is_folder(folder.string())) return folder.string();
  }
  return "data/" + name;
}
std::string incident_folder(const Arguments& arguments) {
  if (arguments.has("--incidents")) return arguments.get("--incidents");
  if (const char* named = std::getenv("JINDO_INCIDENTS")) return named;
  return data_folder("incidents");
}

int64_t now() { return static_cast<int64_t>(std::time(nullptr)); }
base::Result<int64_t> time_of(const Arguments& arguments, const std::string& option, int64_t fallback) {
  if (!arguments.has(option)) return fallback;
  const auto time = base::parse_time(arguments.get(option));
  if (!time)
    return base::wrong_use(option + ": '" + arguments.get(option) +
                           "' is not a time like 2024-09-27 or 2024-09-27T12:00:00Z");
  return *time;
}
std::string records_path(const Arguments& arguments) {
  return arguments.has("--records") ? arguments.get("--records") : inquiry::records_of(arguments.get("--ledger"));
}
base::Result<inquiry::OwnershipRequest> ownership_request(const Arguments& arguments) {
  inquiry::OwnershipRequest out;
  out.ledger = arguments.get("--ledger");
  if (arguments.has("--records")) out.records = arguments.get("--records");
  out.services = arguments.all("--services");
  out.registry = arguments.all("--registry");
  if (const std::string folder = data_folder("registry"); out.registry.empty() && base::is_folder(folder))
    out.registry.push_back(folder);
  if (!arguments.get("--owners").empty()) {
    JINDO_TRY(out.basis, inquiry::parse_owner_basis(arguments.get("--owners")));
  }
  JINDO_TRY(out.on, time_of(arguments, "--tags-at", now()));
  return out;
}

base::Result<resolve::ResolveRequest> resolve_request(const Arguments& arguments, uint32_t& inferred_min) {
  resolve::ResolveRequest out;
  out.registry = arguments.all("--registry");
  if (out.registry.empty()) out.registry.push_back(data_folder("registry"));
  out.assets = arguments.all("--assets");
  out.prices = arguments.all("--prices");
  out.statements = arguments.all("--statements");
  if (arguments.has("--bridge-window")) {
    JINDO_TRY(const uint64_t hours, whole_number(arguments, "--bridge-window"));
    if (hours == 0 || hours > 24 * 366) return base::wrong_use("--bridge-window: expected 1 to 8784 hours");
    out.crossings.window_seconds = static_cast<int64_t>(hours) * 3600;
  }
  if (arguments.has("--bridge-band")) {
    const std::string text = arguments.get("--bridge-band");
    const size_t comma = text.find(',');
    // Per cent as hundredths of one: "3" is 0.03 in parts per million.
    const auto percent = [](std::string_view part) -> std::optional<uint32_t> {
      const size_t point = part.find('.');
      std::string fraction(point == std::string_view::npos ? std::string_view() : part.substr(point + 1));
      if (fraction.size() > 4) return std::nullopt;
      fraction.resize(4, '0');
      const auto value = base::parse_decimal(std::string(part.substr(0, point)) + fraction);
      if (!value || *value > base::Uint256(500'000)) return std::nullopt;
      return static_cast<uint32_t>(value->low());
    };
    const auto loss = percent(std::string_view(text).substr(0, comma));
    const auto gain = comma == std::string::npos ? std::nullopt : percent(std::string_view(text).substr(comma + 1));
    if (!loss || !gain)
      return base::wrong_use("--bridge-band: '" + text + "' is not LOSS,GAIN in per cent up to 50, like 3,0.2");
    out.crossings.fee_ppm_max = *loss;
    out.crossings.gain_ppm_max = *gain;
  }
  if (arguments.has("--inferred")) {
    const auto confidence = resolve::parse_confidence(arguments.get("--inferred"));
    if (!confidence)
      return base::wrong_use("--inferred: '" + arguments.get("--inferred") +
                             "' is not a confidence from 0 to 1, like 0.5");
    inferred_min = *confidence;
    out.inferred = true;
  }
  return out;
}

base::Status deliver(const Arguments& arguments, const std::function<void(const base::TextSink&)>& print_to) {
  if (!arguments.has("--output")) {
    print_to(base::TextSink(print));
    return {};
  }
  std::string text;
  print_to(base::TextSink([&text](std::string_view part) { text += part; }));
  return base::replace_file(arguments.get("--output"), text);
}
std::string node_folder(const Arguments& arguments) {
  return arguments.has("--data") ? arguments.get("--data") : arguments.get("--ledger") + "/node";
}
bool json_wanted(const Arguments& arguments) { return arguments.get("--format") == "json"; }

base::ProgressMode progress_mode(const Arguments& arguments) {
  const std::string when = arguments.get("--progress");
  if (arguments.has("--quiet") || when == "never") return base::ProgressMode::kNever;
  return when == "always" ? base::ProgressMode::kAlways : base::ProgressMode::kAuto;
}
}  // namespace jindo::cli
