/* C: no scopes in names, a leading underscore on i686, other calling conventions, nested unnamed structures. */
typedef unsigned char byte;

typedef struct Entry {
  unsigned key;
  union {
    int number;
    const char *text;
    struct {
      byte low, high;
      short middle;
    } parts;
  } value;
  struct Entry *next;
  int (*compare)(const struct Entry *, const struct Entry *);
} Entry;

enum { TableSize = 16, TableMask = 15 };

static Entry s_table[TableSize];
int g_scans;
const double g_ratio = 1.5;
volatile int *g_port;
byte g_matrix[3][5][7];

static int CompareKeys(const Entry *left, const Entry *right) { return left->key < right->key ? -1 : left->key > right->key; }

__attribute__((noinline)) int __stdcall StandardCall(int first, int second) { return first * second; }
__attribute__((noinline)) int __fastcall FastCall(int first, int second, int third) { return first * second - third; }

unsigned ScanTable(unsigned wanted) {
  static unsigned s_calls = 3;
  unsigned found = 0;
  s_calls++;
  g_scans++;
  for (unsigned i = 0; i < TableSize; i++) {
    Entry *entry = &s_table[(i + wanted) & TableMask];
    if (!entry->compare) entry->compare = CompareKeys;
    if (entry->key == wanted) {
      unsigned weight = entry->value.parts.low + s_calls;
      found += weight;
      goto done;
    }
  }
done:
  return found + (unsigned)StandardCall(2, (int)found) + (unsigned)FastCall(1, 2, 3);
}

int Checksum(const byte *bytes, int length) {
  int sum = 0;
  switch (length & 7) {
  case 0: sum = 10; break;
  case 1: sum = 21; break;
  case 2: sum = 32; break;
  case 3: sum = g_matrix[1][2][3]; break;
  case 5: sum = 55; break;
  case 6: sum = -1; break;
  default: sum = 7; break;
  }
  while (length-- > 0) sum += *bytes++;
  return sum;
}
