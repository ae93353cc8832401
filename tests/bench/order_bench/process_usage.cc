#include "tests/bench/order_bench/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace orders::bench {
namespace {

std::string ReadProcFile(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// User and system time: fields 14 and 15 of /proc/PID/stat, of which field 2 may hold spaces.
double CpuSeconds(pid_t pid) {
  const std::string stat = ReadProcFile(pid, "stat");
  const size_t after_name = stat.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::istringstream fields(stat.substr(after_name + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  return (user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ResidentMegabytes(pid_t pid) {
  std::istringstream fields(ReadProcFile(pid, "statm"));
  double total_pages = 0;
  double resident_pages = 0;
  fields >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessSampler::ProcessSampler(pid_t pid) : pid_(pid) {}

void ProcessSampler::Start() {
  if (pid_ == 0) return;
  cpu_seconds_at_start_ = CpuSeconds(pid_);
  usage_.rss_mb_at_start = ResidentMegabytes(pid_);
  usage_.rss_mb_max = usage_.rss_mb_at_start;
}

void ProcessSampler::Sample() {
  if (pid_ != 0) usage_.rss_mb_max = std::max(usage_.rss_mb_max, ResidentMegabytes(pid_));
}

ProcessUsage ProcessSampler::Finish() {
  if (pid_ == 0) return usage_;
  Sample();
  usage_.rss_mb_at_end = ResidentMegabytes(pid_);
  usage_.cpu_seconds = CpuSeconds(pid_) - cpu_seconds_at_start_;
  return usage_;
}

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

}  // namespace orders::bench
