using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetKd.Benchmarks.Symbols;

/// <summary>
/// A Windows program of the size of a large public C++ code base, generated, compiled by clang and linked by lld-link into artifacts/benchmarks:
/// nested namespaces, class hierarchies, templates over every class, inlined accessors, some hundred source files, more than a hundred
/// thousand functions. The same switches give the same sources.
/// </summary>
internal static class LargeProgram
{
    private const int Parts = 224;
    private const int Classes = 64;
    private const int Methods = 10;

    /// <summary>The class that a debugger is asked to show with all that it holds.</summary>
    public const string LargeType = "studio::World";

    /// <summary>A pattern that some functions of every part match.</summary>
    public const string Pattern = "*Widget17*Update*";

    /// <summary>Paths of the image and its PDB; the first call takes some minutes.</summary>
    public static async Task<(string Image, string Pdb)> BuildAsync(string root)
    {
        string common = CommonHeader();
        byte[] identity = SHA256.HashData(Encoding.UTF8.GetBytes(common + Part(0) + World() + Parts.ToString(CultureInfo.InvariantCulture)));
        string home = Path.Combine(root, "artifacts", "benchmarks", $"large-{Convert.ToHexStringLower(identity)[..12]}");
        (string Image, string Pdb) program = (Path.Combine(home, "large.exe"), Path.Combine(home, "large.pdb"));
        if (File.Exists(program.Pdb)) return program;
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(Path.Combine(home, "common.h"), common);
        await File.WriteAllTextAsync(Path.Combine(home, "world.cpp"), World());
        for (int part = 0; part < Parts; part++) await File.WriteAllTextAsync(Path.Combine(home, $"part{part}.cpp"), Part(part));
        string[] sources = [.. Enumerable.Range(0, Parts).Select(part => $"part{part}"), "world"];
        int done = 0;
        ParallelOptions cores = new() { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) };
        await Parallel.ForEachAsync(sources, cores, async (source, _) =>
        {
            await RunAsync("clang", home, "--target=x86_64-pc-windows-msvc", "-c", "-O0", "-g", "-gcodeview", "-fno-exceptions", "-fno-rtti", "-ffreestanding", "-ffunction-sections", "-mno-stack-arg-probe", $"{source}.cpp", "-o", $"{source}.obj");
            Console.Error.Write($"\rcompiling the large program: {Interlocked.Increment(ref done)} of {sources.Length} ");
        });
        Console.Error.Write("\rlinking the large program                     ");
        await RunAsync("lld-link", home, ["/nologo", "/nodefaultlib", "/debug", "/entry:Main", "/subsystem:console", "/opt:noref,noicf", "/pdbpagesize:8192", "/pdb:linked.pdb", "/pdbaltpath:large.pdb", "/out:large.exe", .. sources.Select(s => s + ".obj")]);
        File.Move(Path.Combine(home, "linked.pdb"), program.Pdb);
        foreach (string source in sources) File.Delete(Path.Combine(home, source + ".obj"));
        Console.Error.WriteLine($"\rthe large program is linked: {new FileInfo(program.Pdb).Length / 1e6:F0} MB of PDB");
        return program;
    }

    private static string CommonHeader() => """
        #pragma once
        typedef unsigned long long Size;
        namespace studio {
        namespace memory {
        template <typename T> struct Handle {
          T *target; unsigned generation;
          __attribute__((always_inline)) T *Get() const { return target; }
          __attribute__((always_inline)) bool IsAlive() const { return generation != 0; }
        };
        template <typename T, int Capacity> class Pool {
          T *items[Capacity]; int used;
        public:
          __attribute__((noinline)) T *Take(int index) { if (index < 0 || index >= used) return nullptr; T *item = items[index]; items[index] = items[--used]; return item; }
          __attribute__((noinline)) bool Give(T *item) { if (used == Capacity) return false; items[used++] = item; return true; }
          __attribute__((noinline)) int Count() const { return used; }
        };
        }
        namespace containers {
        template <typename T> class List {
          T *items; Size count, capacity;
        public:
          __attribute__((always_inline)) T &At(Size index) { return items[Bounded(index)]; }
          __attribute__((always_inline)) Size Bounded(Size index) const { return index < count ? index : 0; }
          __attribute__((noinline)) bool Append(const memory::Handle<T> &handle) { Size next = count + 1; if (next > capacity) return false; items[count] = *handle.Get(); count = next; return true; }
          template <typename Visitor> __attribute__((noinline)) int Each(Visitor visitor) { int sum = 0; for (Size i = 0; i < count; i++) { T &item = At(i); sum += visitor(item); } return sum; }
        };
        template <typename Key, typename Value> struct Pair { Key key; Value value; };
        template <typename Key, typename Value> class Map {
          Pair<Key, Value> *entries; Size count;
        public:
          __attribute__((noinline)) Value *Find(Key key) { for (Size i = 0; i < count; i++) { Pair<Key, Value> &entry = entries[i]; if (entry.key == key) return &entry.value; } return nullptr; }
        };
        }
        enum class Phase : unsigned char { Created, Loaded, Running, Stopped = 200 };
        struct Vector3 { float x, y, z; __attribute__((always_inline)) float Dot(const Vector3 &other) const { return x * other.x + y * other.y + z * other.z; } };
        struct Options { unsigned visible : 1, enabled : 1, level : 6; union { int number; float ratio; struct { short low, high; } halves; }; };
        class Component {
        public:
          virtual ~Component();
          virtual int Update(int tick) = 0;
          virtual const char *Describe() const;
          Phase phase; Options options; Vector3 position; Component *parent;
        };
        }

        """;

    private static string Part(int part)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"#include \"common.h\"\nnamespace studio {{ namespace area{part % 12} {{ namespace part{part} {{\n");
        for (int index = 0; index < Classes; index++)
        {
            string name = $"Widget{index}";
            string parent = index % 4 == 0 ? "Component" : $"Widget{index - 1}";
            text.Append(CultureInfo.InvariantCulture, $$"""
                class {{name}} : public {{parent}} {
                public:
                  {{name}}(int seed);
                  ~{{name}}() override;
                  int Update(int tick) override;
                  const char *Describe() const override;
                  struct Settings { Vector3 origin; Options options; unsigned char bytes[{{(index % 16) + 4}}]; Phase phase; } settings;
                  containers::List<{{name}}> children{{index}};
                  containers::Map<int, {{name}} *> byNumber{{index}};
                  memory::Pool<{{name}}, {{index + 2}}> pool{{index}};
                  memory::Handle<{{name}}> self{{index}};
                  int (*callback{{index}})({{name}} &, const Settings *);
                  long long total{{index}};
                  static int made{{index}};

                """);
            for (int method = 0; method < Methods; method++) text.Append(CultureInfo.InvariantCulture, $"  int Handle{MethodName(method)}Message{method}(int amount, const Settings &settings, {name} *other);\n");
            text.Append(CultureInfo.InvariantCulture, $$"""
                };
                int {{name}}::made{{index}};
                {{name}}::{{name}}(int seed){{(index % 4 == 0 ? "" : $" : {parent}(seed + {index})")}} { total{{index}} = seed; made{{index}}++; }
                {{name}}::~{{name}}() { made{{index}}--; }
                const char *{{name}}::Describe() const { return "studio::area{{part % 12}}::part{{part}}::{{name}}"; }
                int {{name}}::Update(int tick) {
                  int sum = children{{index}}.Each([tick, this]({{name}} &child) { int twice = tick * 2; return twice + child.options.level + (int)total{{index}}; });
                  if ({{name}} **found = byNumber{{index}}.Find(tick)) { {{name}} *item = *found; sum += pool{{index}}.Give(item) ? 1 : 2; sum += children{{index}}.Append(item->self{{index}}); }
                  {{name}} *taken = pool{{index}}.Take(sum & 7);
                  if (taken && taken->self{{index}}.IsAlive()) { int depth = pool{{index}}.Count(); sum += depth; }
                  return sum;
                }

                """);
            for (int method = 0; method < Methods; method++)
            {
                text.Append(CultureInfo.InvariantCulture, $$"""
                    int {{name}}::Handle{{MethodName(method)}}Message{{method}}(int amount, const Settings &settings, {{name}} *other) {
                      int result = amount * {{method + 3}};
                      for (int i = 0; i < amount; i++) { int step = settings.bytes[i & 3] + i; if (step > {{index}}) { long long wide = step; total{{index}} += wide; } }
                      if (other) { float near = other->position.Dot(settings.origin); result += (int)near; }
                      return result + {{(method == 0 ? "0" : $"Handle{MethodName(method - 1)}Message{method - 1}(amount - 1, settings, other)")}};
                    }

                    """);
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"int Make{part}(int seed) {{ int sum = 0;\n");
        for (int index = 3; index < Classes; index += 4) text.Append(CultureInfo.InvariantCulture, $"  {{ static Widget{index} widget(seed); sum += widget.Update(seed); }}\n");
        return text.Append("  return sum;\n}\n}}}\n").ToString().Replace("static Widget", "Widget", StringComparison.Ordinal);
    }

    private static string MethodName(int method) => new[] { "Pointer", "Keyboard", "Timer", "Network", "Storage", "Render", "Layout", "Focus", "Theme", "Close" }[method];

    private static string World()
    {
        StringBuilder text = new();
        text.Append("#include \"common.h\"\nextern \"C\" int _fltused = 0;\nextern \"C\" void _purecall() {}\nvoid operator delete(void *, Size) noexcept {}\nvoid operator delete(void *) noexcept {}\n");
        text.Append("extern \"C\" void *memset(void *to, int value, Size count) { volatile char *bytes = (char *)to; while (count--) *bytes++ = (char)value; return to; }\n");
        text.Append("extern \"C\" void *memcpy(void *to, const void *from, Size count) { volatile char *bytes = (char *)to; const char *source = (const char *)from; while (count--) *bytes++ = *source++; return to; }\n");
        text.Append("namespace studio {\nComponent::~Component() {}\nconst char *Component::Describe() const { return \"component\"; }\n");
        for (int part = 0; part < Parts; part++) text.Append(CultureInfo.InvariantCulture, $"namespace area{part % 12} {{ namespace part{part} {{ int Make{part}(int); }} }}\n");
        // A structure of many levels, as a kernel's process block has them.
        for (int level = 0; level < 40; level++)
        {
            text.Append(CultureInfo.InvariantCulture, $"struct Level{level} {{ ");
            for (int field = 0; field < 12; field++) text.Append(CultureInfo.InvariantCulture, $"{(level == 0 || field % 3 != 0 ? "unsigned" : $"Level{level - 1 - (field % Math.Min(level, 4))}{(field % 2 == 0 ? " *" : "")}")} field{field}; ");
            text.Append("};\n");
            if (level % 4 == 3) text.Append(CultureInfo.InvariantCulture, $"struct Wide{level} {{ Level{level} *levels[4]; containers::List<Level{level}> list; containers::Map<int, Level{level}> map; }};\n");
        }

        text.Append("struct World { ");
        for (int level = 3; level < 40; level += 4) text.Append(CultureInfo.InvariantCulture, $"Wide{level} wide{level}; ");
        text.Append("Component *first; Options options; Vector3 origin; };\nWorld g_world;\n}\nextern \"C\" int Main() { int sum = 0;\n");
        for (int part = 0; part < Parts; part++) text.Append(CultureInfo.InvariantCulture, $"  sum += studio::area{part % 12}::part{part}::Make{part}(sum);\n");
        return text.Append("  return sum + (studio::g_world.first != nullptr);\n}\n").ToString();
    }

    private static async Task RunAsync(string tool, string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{tool} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{tool} {arguments[^1]} failed:\n{errors[..Math.Min(errors.Length, 4000)]}{await output}");
    }
}
