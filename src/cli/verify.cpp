// `rgsweep verify`: reads every byte of results files and says which of them are damaged.
#include "rgsweep/store/verify.hpp"

#include <iostream>

#include "command.hpp"

namespace rgsweep::cli {

int verify_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("verify", arguments, {}, 1, arguments.size());
  if (parsed.help) return Exit::complete;
  bool sound = true;
  for (const store::Check& check : store::verify({parsed.words.begin(), parsed.words.end()})) {
    sound = sound && check.ok;
    if (check.ok)
      std::cout << check.path.string() << ": ok, " << check.content << "\n";
    else
      std::cout << check.path.string() << ": NOT OK: " << check.message << "\n";
  }
  return sound ? Exit::complete : Exit::failure;
}

}  // namespace rgsweep::cli
