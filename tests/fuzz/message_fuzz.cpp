// Any bytes as a message between ranks: refused, or a message that is written as the same bytes' meaning
// again.
#include <cstdlib>

#include "rgsweep/core/error.hpp"
#include "rgsweep/schedule/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace rgsweep;
  try {
    const schedule::Message message = schedule::decode({reinterpret_cast<const std::byte*>(data), size});
    const std::vector<std::byte> bytes = schedule::encode(message);
    if (schedule::encode(schedule::decode(bytes)) != bytes) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
