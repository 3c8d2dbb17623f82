// A single rank has nobody to talk to.
#include "rgsweep/schedule/channel.hpp"

#include <stdexcept>

namespace rgsweep::schedule {

void LocalChannel::send(int, std::vector<std::byte>) {
  throw std::logic_error("a message was sent to another rank in a serial run");
}

}  // namespace rgsweep::schedule
