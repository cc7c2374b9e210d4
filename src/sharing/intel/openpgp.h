// Files that go by e-mail to those with no node: OpenPGP (RFC 4880) by RNP. Encrypted to each recipient's key and
// signed by this node's mail key, as armoured text; what comes back is decrypted with that key, and who signed it is
// returned. The private key is a file that only its owner may read.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace jindo::intel {

// Public keys, armoured or not, as their owners gave them: what it is of (a file's name), the text.
struct MailRecipient {
  std::string name, key;
};
struct OpenedMail {
  std::string text;
  // Fingerprint of the primary key of a good signature by one of the senders asked about; "": none of theirs.
  std::string signer;
};
// 40 hex digits, upper case, of the one primary key in the text; the error says what is wrong with it.
base::Result<std::string> mail_fingerprint(const std::string& name, const std::string& key);
bool is_mail(std::string_view text);  // an armoured OpenPGP message

class MailKey {
 public:
  // Made where the file is not there: Ed25519 to sign, Curve25519 to decrypt; neither expires.
  static base::Result<std::unique_ptr<MailKey>> open_or_make(const std::string& path, const std::string& user);
  const std::string& public_key() const { return public_; }  // armoured
  const std::string& fingerprint() const { return fingerprint_; }

  base::Result<std::string> encrypt(std::string_view text, const std::vector<MailRecipient>& to) const;
  // `bytes_max`: of the text; a bomb is an error. For commands: standard error is shut meanwhile.
  base::Result<OpenedMail> decrypt(std::string_view mail, const std::vector<MailRecipient>& senders,
                                   size_t bytes_max) const;

 private:
  MailKey() = default;
  std::string secret_, public_, fingerprint_;
};

}  // namespace jindo::intel
