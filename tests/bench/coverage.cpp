// The coverage of the intervals of `rgsweep analyze`, as a table: how many of many synthetic ensembles with a
// known answer have it in their 95 % interval. Usage: coverage [ENSEMBLES [RESAMPLES [WORD]]], 1000 and 1000
// when not given; WORD chooses the rows that begin with it. The standard error of a share of 95 % is 0.7 %
// with 1000 ensembles.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "../analysis/studies.hpp"

namespace {

using namespace rgsweep::analysis;

std::size_t ensembles = 1000, resamples = 1000;
std::string chosen;

void row(const std::string& name, const std::function<Coverage()>& study) {
  if (!name.starts_with(chosen)) return;
  const Coverage c = study();
  std::printf("%-58s %6.1f %6zu %6zu %7zu %8.3f\n", name.c_str(), 100 * c.covered(), c.below, c.above,
              c.found, c.width / static_cast<double>(c.found));
  std::fflush(stdout);
}

std::string text_of(const char* what, const Setup& s) {
  char text[128];
  std::snprintf(text, sizeof text, "%s %3zu members, %2zu places, width %.2f%s%s", what, s.members, s.places,
                s.width, s.paired ? ", paired" : "", s.asymmetry != 0 ? ", uneven" : "");
  return text;
}

const char* name_of(Law law) {
  switch (law) {
    case Law::crossover:
      return "crossover";
    case Law::steep_crossover:
      return "steep crossover";
    case Law::transition:
      return "transition";
    case Law::drifting_transition:
      return "drifting transition";
    case Law::nothing:
      return "success everywhere";
    case Law::even:
      return "success of one half";
    default:
      return "error as (1 - a)^2";
  }
}

void family_row(const FamilySetup& s) {
  const std::string name = std::string("family ") + name_of(s.law);
  if (!name.starts_with(chosen)) return;
  const FamilyStudy f = family_study(s, ensembles, resamples);
  const auto percent = [](double share) { return 100 * share; };
  std::printf("%-28s %3zu %3zu %2zu %-7s %6.1f %6.1f %6.1f %6.1f  %6.1f %6.1f %6.1f %6.1f\n", name.c_str(),
              s.members, s.places, s.lengths, s.paired ? "paired" : "", percent(f.share(Verdict::transition)),
              percent(f.share(Verdict::crossover)), percent(f.share(Verdict::no_transition)),
              percent(f.share(Verdict::no_verdict)), percent(f.drift.covered()), percent(f.limit.covered()),
              percent(f.inverse.covered()), percent(f.position.covered()));
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  if (count > 1) ensembles = std::strtoul(words[1], nullptr, 10);
  if (count > 2) resamples = std::strtoul(words[2], nullptr, 10);
  if (count > 3) chosen = words[3];
  std::printf("%-58s %6s %6s %6s %7s %8s\n", "interval", "% in", "below", "above", "found", "width");
  for (const Setup& s : {Setup{16, 15, 0.1}, Setup{32, 21, 0.1}, Setup{32, 21, 0.03},
                         Setup{32, 21, 0.1, true}, Setup{100, 41, 0.05}})
    row(text_of("logistic      ", s), [&] { return logistic_coverage(s, ensembles, resamples); });
  for (const Setup& s :
       {Setup{16, 21, 0.1}, Setup{32, 21, 0.1}, Setup{32, 31, 0.07}, Setup{32, 21, 0.1, true},
        Setup{32, 21, 0.1, false, 1}, Setup{64, 41, 0.05}, Setup{64, 41, 0.1, false, 1}})
    row(text_of("susceptibility", s), [&] { return peak_coverage(s, ensembles, resamples); });
  for (const Setup& s : {Setup{64, 31, 0.15}, Setup{64, 31, 0.25}, Setup{200, 41, 0.25, true},
                         Setup{128, 21, 0.15}, Setup{128, 31, 0.2}, Setup{128, 31, 0.2, false, 0.5}})
    row(text_of("binder        ", s), [&] { return binder_coverage(s, ensembles, resamples); });
  std::printf("\n%-28s %3s %3s %2s %-7s %6s %6s %6s %6s  %6s %6s %6s %6s\n", "verdicts in % of the families",
              "n", "x", "T", "", "trans.", "cross.", "no tr.", "undec.", "y in", "lim in", "1/z in", "at in");
  for (const FamilySetup& s :
       {FamilySetup{Law::crossover, 32, 21, 4}, FamilySetup{Law::crossover, 16, 21, 3},
        FamilySetup{Law::crossover, 32, 21, 4, true}, FamilySetup{Law::steep_crossover, 32, 21, 4},
        FamilySetup{Law::transition, 32, 21, 4}, FamilySetup{Law::transition, 32, 21, 4, true},
        FamilySetup{Law::drifting_transition, 32, 21, 4}, FamilySetup{Law::nothing, 32, 21, 4},
        FamilySetup{Law::even, 32, 21, 4}, FamilySetup{Law::error, 32, 21, 4}})
    family_row(s);
}
