#pragma once

namespace varied {

enum Level { LevelPassive, LevelDispatch = 2, LevelHigh = 15 };
enum class State : short { Off = -1, Idle, Busy = 300 };

struct Counter {
  unsigned long long hits;
  unsigned long long misses;
};

class Device {
public:
  Device(int number, const char *name);
  virtual ~Device();
  virtual int Start(State state);
  virtual int Stop() = 0;
  static int Opened();

  struct Registers {
    volatile unsigned control : 4;
    volatile unsigned status : 12;
    union {
      unsigned long long whole;
      struct {
        unsigned low;
        unsigned high;
      };
    };
  };

protected:
  int number;
  const char *name;
  Registers *registers;
  static int opened;
};

class Named {
public:
  virtual const char *Name() const;
  char label[12];
};

class Network : public Device, public Named {
public:
  using Handler = int (*)(Network &, const unsigned char *, unsigned);
  explicit Network(int number);
  ~Network() override;
  int Start(State state) override;
  int Stop() override;
  const char *Name() const override;
  int Receive(const unsigned char *bytes, unsigned length);
  int operator+=(int more);
  operator bool() const;

private:
  Handler handler;
  Counter counters[3];
  int Network::*chosen;
  int (Network::*method)(const unsigned char *, unsigned);
};

extern thread_local int t_depth;
extern "C" int Checksum(const unsigned char *bytes, int length);
extern "C" unsigned ScanTable(unsigned wanted);

} // namespace varied
