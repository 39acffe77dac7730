#include "layouts.h"

struct Elsewhere {
  int here;
  Elsewhere *next;
  hard::Bits bits;
};

enum class Later : short { Morning = -1, Evening = 1 };

namespace {
// Has the same name as a type of main.cpp, and is another one.
struct Other {
  double hidden;
};
} // namespace

static Elsewhere s_elsewhere;
Other *g_other;

Elsewhere *MakeElsewhere() { return &s_elsewhere; }
Later Sooner() { return Later::Evening; }

namespace hard {

int Abstract::s_count;
Abstract::~Abstract() {}
void Abstract::Overloaded(int) {}
void Abstract::Overloaded(double) {}
int Abstract::Count() { return s_count; }
int First::Pure() const { return first; }
int Second::Pure() const { return second; }
Diamond::Diamond() : diamond(1) {}
int Diamond::Pure() const { return diamond; }
void Diamond::Added() {}

} // namespace hard

void operator delete(void *) noexcept {}
void operator delete(void *, decltype(sizeof(0))) noexcept {}
extern "C" int atexit(void (*)()) { return 0; }
