#include "devices.h"
#include "containers.h"

namespace varied {

int Device::opened;

Device::Device(int n, const char *text) : number(n), name(text), registers(nullptr) { opened++; }

Device::~Device() { opened--; }

int Device::Start(State state) {
  static int s_starts;
  s_starts++;
  if (state == State::Busy) return -1;
  {
    int twice = s_starts * 2;
    for (int i = 0; i < number; i++) {
      int step = twice + i;
      twice += step & LevelHigh;
    }
    return twice;
  }
}

int Device::Opened() { return opened; }

const char *Named::Name() const { return label; }

namespace {

// Names that only this compiland knows.
int s_hidden = 11;

int Mix(int value) {
  value ^= value << 3;
  value ^= s_hidden;
  return value;
}

struct Hidden {
  int first, second;
  int Sum() const { return first + second; }
};

} // namespace

Network::Network(int n) : Device(n, "network"), handler(nullptr), chosen(nullptr), method(&Network::Receive) {
  for (Counter &counter : counters) counter = {};
  label[0] = 'n';
  label[1] = 0;
}

Network::~Network() { handler = nullptr; }

int Network::Start(State state) {
  int base = Device::Start(state);
  Hidden hidden = {base, number};
  auto add = [this, &hidden](int more) {
    number += more;
    return hidden.Sum() + more;
  };
  return add(Mix(base)) + containers::Fold<6>::Of(base);
}

int Network::Stop() { return --number; }

const char *Network::Name() const { return label[0] ? label : name; }

int Network::Receive(const unsigned char *bytes, unsigned length) {
  t_depth++;
  containers::Ring<short, 8> recent;
  for (unsigned i = 0; i < length; i++) {
    short item = (short)(bytes[i] * 3);
    recent.Push(item);
  }
  int sum = 0;
  recent.Visit([&sum](const short &item) { sum += item; });
  counters[0].hits += (unsigned)sum;
  if (handler) sum += handler(*this, bytes, length);
  t_depth--;
  return sum + Checksum(bytes, (int)length);
}

int Network::operator+=(int more) {
  counters[1].misses += (unsigned)more;
  return (int)counters[1].misses;
}

Network::operator bool() const { return number > 0; }

} // namespace varied
