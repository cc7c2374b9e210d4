// RNP wrapped: keys from files, encryption with signature, decryption.
#include "intel/openpgp.h"

#include <fcntl.h>
#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"

namespace jindo::intel {
namespace {
using base::Status;

// RNP, as Debian builds it, writes what is wrong with a message to standard error, and cannot be asked not to; it is in
// the errors returned. While this lives nothing of the process gets there: for commands, not for servers.
class Quiet {
 public:
  Quiet() : kept_(dup(STDERR_FILENO)), nowhere_(open("/dev/null", O_WRONLY | O_CLOEXEC)) {
    std::fflush(stderr);
    if (kept_ >= 0 && nowhere_ >= 0) dup2(nowhere_, STDERR_FILENO);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    std::fflush(stderr);
    if (kept_ >= 0) dup2(kept_, STDERR_FILENO);
    if (kept_ >= 0) close(kept_);
    if (nowhere_ >= 0) close(nowhere_);
  }

 private:
  const int kept_, nowhere_;
};

// RNP's handles, each with its own end.
template <class Handle, rnp_result_t (*end)(Handle)>
struct Owned {
  Handle at = nullptr;
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (at != nullptr) end(at);
  }
};
using Frame = Owned<rnp_ffi_t, rnp_ffi_destroy>;
using Input = Owned<rnp_input_t, rnp_input_destroy>;
using Output = Owned<rnp_output_t, rnp_output_destroy>;
using Key = Owned<rnp_key_handle_t, rnp_key_handle_destroy>;
using Generate = Owned<rnp_op_generate_t, rnp_op_generate_destroy>;
using Encrypt = Owned<rnp_op_encrypt_t, rnp_op_encrypt_destroy>;
using Verify = Owned<rnp_op_verify_t, rnp_op_verify_destroy>;

Status must(rnp_result_t result, const std::string& what) {
  if (result == RNP_SUCCESS) return {};
  return base::bad_input(what + ": " + rnp_result_to_string(result));
}
std::string taken(char* text) {
  std::string out = text == nullptr ? "" : text;
  rnp_buffer_destroy(text);
  return out;
}
Status start(Frame& frame) { return must(rnp_ffi_create(&frame.at, "GPG", "GPG"), "OpenPGP"); }
Status read_from(Input& input, std::string_view text) {
  return must(rnp_input_from_memory(&input.at, reinterpret_cast<const uint8_t*>(text.data()), text.size(), false),
              "OpenPGP");
}
base::Result<std::string> text_in(Output& output) {
  uint8_t* data = nullptr;
  size_t size = 0;
  JINDO_DO(must(rnp_output_memory_get_buf(output.at, &data, &size, false), "OpenPGP"));
  return std::string(reinterpret_cast<const char*>(data), size);
}
Status load(Frame& frame, const std::string& name, const std::string& text, bool secret) {
  Input input;
  JINDO_DO(read_from(input, text));
  return must(rnp_import_keys(frame.at, input.at,
                              RNP_LOAD_SAVE_PUBLIC_KEYS | (secret ? uint32_t{RNP_LOAD_SAVE_SECRET_KEYS} : 0U), nullptr),
              name + ": expected an OpenPGP key");
}
// The fingerprints of the primary keys in the frame.
base::Result<std::vector<std::string>> primaries(const Frame& frame) {
  std::vector<std::string> out;
  Owned<rnp_identifier_iterator_t, rnp_identifier_iterator_destroy> all;
  JINDO_DO(must(rnp_identifier_iterator_create(frame.at, &all.at, "fingerprint"), "OpenPGP"));
  const char* fingerprint = nullptr;
  while (rnp_identifier_iterator_next(all.at, &fingerprint) == RNP_SUCCESS && fingerprint != nullptr) {
    Key key;
    if (rnp_locate_key(frame.at, "fingerprint", fingerprint, &key.at) != RNP_SUCCESS || key.at == nullptr) continue;
    bool primary = false;
    if (rnp_key_is_primary(key.at, &primary) == RNP_SUCCESS && primary) out.emplace_back(fingerprint);
  }
  return out;
}
base::Result<std::string> exported(rnp_key_handle_t key, uint32_t what) {
  Output output;
  JINDO_DO(must(rnp_output_to_memory(&output.at, 0), "OpenPGP"));
  JINDO_DO(must(rnp_key_export(key, output.at, what | RNP_KEY_EXPORT_ARMORED | RNP_KEY_EXPORT_SUBKEYS), "OpenPGP"));
  return text_in(output);
}
base::Result<std::string> new_key(const std::string& user) {
  Frame frame;
  JINDO_DO(start(frame));
  Key primary;
  {
    Generate op;
    JINDO_DO(must(rnp_op_generate_create(&op.at, frame.at, "EDDSA"), "OpenPGP"));
    JINDO_DO(must(rnp_op_generate_set_userid(op.at, user.c_str()), "OpenPGP: name of the key"));
    JINDO_DO(must(rnp_op_generate_set_expiration(op.at, 0), "OpenPGP"));
    JINDO_DO(must(rnp_op_generate_execute(op.at), "OpenPGP: making a key"));
    JINDO_DO(must(rnp_op_generate_get_key(op.at, &primary.at), "OpenPGP"));
  }
  Generate op;
  JINDO_DO(must(rnp_op_generate_subkey_create(&op.at, frame.at, primary.at, "ECDH"), "OpenPGP"));
  JINDO_DO(must(rnp_op_generate_set_curve(op.at, "Curve25519"), "OpenPGP"));
  JINDO_DO(must(rnp_op_generate_set_expiration(op.at, 0), "OpenPGP"));
  JINDO_DO(must(rnp_op_generate_execute(op.at), "OpenPGP: making a key"));
  return exported(primary.at, RNP_KEY_EXPORT_SECRET);
}
}  // namespace

bool is_mail(std::string_view text) {
  const size_t at = text.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && text.substr(at).starts_with("-----BEGIN PGP MESSAGE-----");
}
base::Result<std::string> mail_fingerprint(const std::string& name, const std::string& key) {
  if (key.size() > (size_t{1} << 20)) return base::bad_input(name + ": expected an OpenPGP key of at most 1 MiB");
  Frame frame;
  JINDO_DO(start(frame));
  JINDO_DO(load(frame, name, key, false));
  JINDO_TRY(const auto found, primaries(frame));
  if (found.size() != 1)
    return base::bad_input(name + ": expected one OpenPGP key, found " + std::to_string(found.size()));
  return found[0];
}

base::Result<std::unique_ptr<MailKey>> MailKey::open_or_make(const std::string& path, const std::string& user) {
  std::unique_ptr<MailKey> out(new MailKey);
  if (!base::exists(path)) {
    JINDO_TRY(const std::string made, new_key(user));
    const mode_t before = umask(077);
    const Status written = base::replace_file(path, made);
    umask(before);
    if (!written.ok()) return written.error();
  }
  JINDO_TRY(out->secret_, base::read_file(path, size_t{1} << 20));
  Frame frame;
  JINDO_DO(start(frame));
  JINDO_DO(load(frame, path, out->secret_, true));
  JINDO_TRY(const auto found, primaries(frame));
  if (found.size() != 1) return base::bad_input(path + ": expected one OpenPGP key");
  out->fingerprint_ = found[0];
  Key key;
  JINDO_DO(must(rnp_locate_key(frame.at, "fingerprint", found[0].c_str(), &key.at), path));
  bool secret = false;
  JINDO_DO(must(rnp_key_have_secret(key.at, &secret), path));
  if (!secret) return base::bad_input(path + ": expected a private OpenPGP key");
  JINDO_TRY(out->public_, exported(key.at, RNP_KEY_EXPORT_PUBLIC));
  return out;
}

base::Result<std::string> MailKey::encrypt(std::string_view text, const std::vector<MailRecipient>& to) const {
  if (to.empty()) return base::wrong_use("an encrypted file needs a recipient's key");
  Frame frame;
  JINDO_DO(start(frame));
  JINDO_DO(load(frame, "the mail key", secret_, true));
  Input input;
  Output output;
  JINDO_DO(read_from(input, text));
  JINDO_DO(must(rnp_output_to_memory(&output.at, 0), "OpenPGP"));
  Encrypt op;
  JINDO_DO(must(rnp_op_encrypt_create(&op.at, frame.at, input.at, output.at), "OpenPGP"));
  for (const MailRecipient& recipient : to) {
    JINDO_TRY(const std::string fingerprint, mail_fingerprint(recipient.name, recipient.key));
    JINDO_DO(load(frame, recipient.name, recipient.key, false));
    Key key;
    JINDO_DO(must(rnp_locate_key(frame.at, "fingerprint", fingerprint.c_str(), &key.at), recipient.name));
    JINDO_DO(must(rnp_op_encrypt_add_recipient(op.at, key.at),
                  recipient.name + ": no part of the key is for encryption now (expired, or revoked)"));
  }
  Key own;
  JINDO_DO(must(rnp_locate_key(frame.at, "fingerprint", fingerprint_.c_str(), &own.at), "the mail key"));
  JINDO_DO(must(rnp_op_encrypt_add_signature(op.at, own.at, nullptr), "the mail key"));
  JINDO_DO(must(rnp_op_encrypt_set_hash(op.at, "SHA256"), "OpenPGP"));
  JINDO_DO(must(rnp_op_encrypt_set_cipher(op.at, "AES256"), "OpenPGP"));
  JINDO_DO(must(rnp_op_encrypt_set_compression(op.at, "ZLIB", 6), "OpenPGP"));
  JINDO_DO(must(rnp_op_encrypt_set_armor(op.at, true), "OpenPGP"));
  JINDO_DO(must(rnp_op_encrypt_execute(op.at), "OpenPGP: encrypting"));
  return text_in(output);
}

base::Result<OpenedMail> MailKey::decrypt(std::string_view mail, const std::vector<MailRecipient>& senders,
                                          size_t bytes_max) const {
  const Quiet quiet;
  Frame frame;
  JINDO_DO(start(frame));
  JINDO_DO(load(frame, "the mail key", secret_, true));
  std::vector<std::string> known;
  for (const MailRecipient& sender : senders) {
    JINDO_TRY(std::string fingerprint, mail_fingerprint(sender.name, sender.key));
    JINDO_DO(load(frame, sender.name, sender.key, false));
    known.push_back(std::move(fingerprint));
  }
  Input input;
  Output output;
  JINDO_DO(read_from(input, mail));
  JINDO_DO(must(rnp_output_to_memory(&output.at, bytes_max), "OpenPGP"));
  Verify op;
  JINDO_DO(must(rnp_op_verify_create(&op.at, frame.at, input.at, output.at), "OpenPGP"));
  // Whose signature it is, is looked at below: one by a stranger keeps nobody from reading.
  JINDO_DO(must(rnp_op_verify_set_flags(op.at, RNP_VERIFY_IGNORE_SIGS_ON_DECRYPT), "OpenPGP"));
  JINDO_DO(must(rnp_op_verify_execute(op.at),
                "the encrypted file cannot be read with this node's mail key, was changed on its way, or holds more "
                "than " +
                    std::to_string(bytes_max) + " bytes"));
  char* mode = nullptr;
  char* cipher = nullptr;
  bool whole = false;
  JINDO_DO(must(rnp_op_verify_get_protection_info(op.at, &mode, &cipher, &whole), "OpenPGP"));
  const std::string protection = taken(mode);
  (void)taken(cipher);
  if (!whole || protection == "none" || protection == "cfb")
    return base::bad_input("the encrypted file has no protection against changes; have it made again by a newer tool");
  OpenedMail out;
  JINDO_TRY(out.text, text_in(output));
  size_t count = 0;
  JINDO_DO(must(rnp_op_verify_get_signature_count(op.at, &count), "OpenPGP"));
  for (size_t i = 0; i < count && out.signer.empty(); ++i) {
    rnp_op_verify_signature_t signature = nullptr;
    if (rnp_op_verify_get_signature_at(op.at, i, &signature) != RNP_SUCCESS ||
        rnp_op_verify_signature_get_status(signature) != RNP_SUCCESS)
      continue;
    Key key;
    char* text = nullptr;
    if (rnp_op_verify_signature_get_key(signature, &key.at) != RNP_SUCCESS) continue;
    bool primary = false;
    (void)rnp_key_is_primary(key.at, &primary);
    if ((primary ? rnp_key_get_fprint(key.at, &text) : rnp_key_get_primary_fprint(key.at, &text)) != RNP_SUCCESS)
      continue;
    const std::string fingerprint = taken(text);
    for (const std::string& one : known)
      if (one == fingerprint) out.signer = fingerprint;
  }
  return out;
}
}  // namespace jindo::intel
