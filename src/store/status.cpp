#include "rgsweep/store/status.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "duplicates.hpp"
#include "file_system.hpp"
#include "layout_names.hpp"
#include "owner.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "saved_states.hpp"
#include "status_columns.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

/// A running writer may replace segments by their union between our listing and our opening, which leaves us
/// a name without a file. A new listing then has them all.
constexpr int listings = 20;

/// Hashing costs seconds for a file of gigabytes, and nothing for those that a crash can leave.
constexpr std::uintmax_t most_hashed_bytes = std::uintmax_t{64} << 20;

bool small(const Path& file) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  return !error && bytes <= most_hashed_bytes;
}

/// One entry for each point: of several the best, and among equals the last.
void settle(std::vector<PointStatus>& points) {
  std::stable_sort(points.begin(), points.end(), [](const PointStatus& a, const PointStatus& b) {
    return a.point_id != b.point_id ? a.point_id < b.point_id : rank(a.status) < rank(b.status);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (i + 1 == points.size() || points[i + 1].point_id != points[i].point_id) points[kept++] = points[i];
  points.resize(kept);
}

/// All that one listing of the files gives; none when a file vanished meanwhile.
std::optional<StatusReport> look(const Path& output, bool check) {
  const std::vector<Path> files = sources(output);
  StatusReport report;
  std::vector<PointStatus> points;
  for (const Path& file : files) try {
      if (check) static_cast<void>(SegmentReader(file, small(file)));
      StatusColumns columns = read_status_columns(file);
      points.insert(points.end(), columns.points.begin(), columns.points.end());
      report.attributes = std::move(columns.attributes);
    } catch (const Error& error) {
      if (!files::exists(file)) return std::nullopt;
      report.damaged.emplace_back(error.what());
    }
  settle(points);
  for (const PointStatus& point : points) {
    // Missing in the rows of points that were given up before they ran.
    if (std::isfinite(point.wall_seconds)) report.wall_seconds += point.wall_seconds;
    switch (point.status) {
      case Status::done:
        ++report.done;
        break;
      case Status::diverged:
        ++report.diverged;
        break;
      case Status::failed:
        ++report.failed;
        break;
      case Status::pending:
        ++report.pending;
        break;
    }
  }
  report.published = !files.empty() && files.front() == output;
  report.segments = files.size() - (report.published ? 1 : 0);
  report.saved = saved_state_files(parts_folder(output)).size();
  report.complete = report.published && report.segments == 0 && report.damaged.empty();
  if (std::optional<Owner> owner = read_owner(parts_folder(output)))
    report.owner.push_back(std::move(*owner));
  return report;
}

}  // namespace

StatusReport status(const Path& output, bool check) {
  std::optional<StatusReport> report;
  for (int i = 0; i < listings && !report; ++i) report = look(output, check);
  if (!report) throw StoreError(output.string() + ": its files change faster than they can be read");
  if (!report->published && report->segments == 0 && report->saved == 0 && report->owner.empty())
    throw StoreError(output.string() + ": there are no results, neither this file nor segments in " +
                     parts_folder(output).string());
  return *report;
}

std::vector<PointStatus> point_statuses(const std::vector<Path>& files) {
  std::vector<PointStatus> points;
  for (const Path& file : files) {
    const StatusColumns columns = read_status_columns(file);
    points.insert(points.end(), columns.points.begin(), columns.points.end());
  }
  settle(points);
  return points;
}

}  // namespace rgsweep::store
