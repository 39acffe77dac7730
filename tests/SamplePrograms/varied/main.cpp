#include "containers.h"
#include "devices.h"

namespace varied {

thread_local int t_depth = 1;
static thread_local Counter t_counter;

const int LimitOfDevices = 12;
constexpr long long BigConstant = -5000000000LL;
constexpr unsigned char SmallConstant = 200;

int CallAll(int value);
int Descend(int value);
Network *g_network;
Counter g_counter;
containers::Ring<Counter, 4> g_recent;
containers::Link<containers::Link<int>> g_nested;
const char *const g_messages[] = {"one", "two"};
int Network::*g_member;
decltype(nullptr) g_nothing;
char16_t g_unit = u'x';
char32_t g_wide = U'y';
float g_float = 0.5f;
bool g_flag = true;
Device::Registers g_registers;

static inline int Clamp(int value, int low, int high) {
  if (value < low) return low;
  return value > high ? high : value;
}

static int Average(const int *values, int count) {
  int sum = 0;
  for (int i = 0; i < count; i++) sum += Clamp(values[i], -100, LimitOfDevices);
  return count ? sum / count : 0;
}

} // namespace varied

using namespace varied;

extern "C" int Main() {
  Network network(3);
  g_network = &network;
  int results[4] = {network.Start(State::Idle), CallAll(5) + Descend(6), (int)ScanTable(9), containers::Total(1, 'c', 3u, (short)4)};
  Counter counter = {1, 2};
  g_recent.Push(counter);
  t_counter = counter;
  unsigned char bytes[] = {1, 2, 3, SmallConstant};
  int result = Average(results, 4) + network.Receive(bytes, sizeof bytes);
  {
    long long large = BigConstant + result;
    g_counter.hits = (unsigned long long)large;
  }
  if (network) result += network += 4;
  return result + (int)t_counter.hits + network.Stop() + Network::Opened() + (int)network.Name()[0] + (int)g_recent.At(0).hits;
}

void operator delete(void *) noexcept {}
void operator delete(void *, __SIZE_TYPE__) noexcept {}
