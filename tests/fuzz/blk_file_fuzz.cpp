// Any bytes as a blk file: the reader ends with a value or an error, whatever they are.
#include "decode/blk_file.h"
#include "fuzz/fuzz_input.h"

// The first eight bytes are the obfuscation key.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  decode::XorKey key{};
  if (size < key.size()) return 0;
  std::copy(data, data + key.size(), key.begin());
  const std::string path = tests::input_file("blk00000.dat", tests::as_text(data + key.size(), size - key.size()));
  auto file = decode::BlkFile::open(path, **chain::find_network("bitcoin"), key);
  if (!file.ok()) return 0;
  std::vector<uint8_t> block;
  for (const auto& record : file->records()) {
    file->read(record.offset, record.size, block);
    CHECK(block.size() == record.size);
  }
  return 0;
}
