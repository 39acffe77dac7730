/* C has no scopes and no unique names. */
struct CPoint {
  int x, y;
};

typedef struct {
  struct CPoint from, to;
} CLine;

enum CColour { CRed, CGreen = 7 };

CLine g_line;
enum CColour g_ccolour;
_Complex float g_complex;

int CLocal(int n) {
  struct CWithin {
    int n;
    struct CPoint at;
  } within = {n, {1, 2}};
  return within.n + within.at.y;
}
