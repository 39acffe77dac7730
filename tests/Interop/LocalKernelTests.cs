using System.Text.RegularExpressions;

namespace NetKd.Interop;

/// <summary><c>netkd kd -kl</c> on a stock Debian kernel: our published binary runs in the guest and looks into the kernel that runs it.</summary>
public sealed partial class LocalKernelTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_running_kernel_is_looked_into_and_what_it_cannot_do_is_refused()
    {
        string console = await LinuxMachine.RunAsync(
            """
            kd() { echo "<$1>"; /bin/netkd kd -kl -c "$1;q" 2>&1; echo "exit $?"; }
            kd "lm;.reload;lm"
            kd "x vmlinux!init_task;? vmlinux!init_task;ln vmlinux!schedule;u vmlinux!schedule L3"
            kd "x loop!*"
            kd "dt task_struct init_task pid comm;?? sizeof(task_struct);?? ((task_struct*)&vmlinux!init_task)->comm"
            kd "db vmlinux!linux_banner L10;dd vmlinux!linux_banner L4;dq vmlinux!linux_banner L2;dps vmlinux!init_task L2;s -a vmlinux!linux_banner L100 cloud"
            kd "dt loop!loop_device"
            echo "<refused>"; printf 'g\np\nt\nbp vmlinux!schedule\nbl\nr\nk\n.reboot\n.crash\n? @rip\neb vmlinux!init_task 0\n' | /bin/netkd kd -kl 2>&1; echo "exit $?"
            /bin/busybox su -s /bin/sh user -c 'echo "<user>"; /bin/netkd kd -kl -c "lm;q" 2>&1; echo "exit $?"'
            echo 2 >/proc/sys/kernel/kptr_restrict
            echo "<hidden>"; /bin/netkd kd -kl -c "lm;q" 2>&1; echo "exit $?"
            """, "", s_limit);

        string list = Answer(console, "lm;.reload;lm");
        Assert.Contains("Connected to Linux ", list, StringComparison.Ordinal);
        Assert.Contains("vmlinux ", list, StringComparison.Ordinal);
        foreach (string module in (string[])["loop", "nls_utf8", "crc_itu_t"]) Assert.Contains(module, list, StringComparison.Ordinal);
        Assert.DoesNotContain("nt  ", list, StringComparison.Ordinal);

        string names = Answer(console, "x vmlinux!init_task;? vmlinux!init_task;ln vmlinux!schedule;u vmlinux!schedule L3");
        Match variable = Place().Match(names);
        Assert.True(variable.Success, names);
        Assert.Contains($"= {variable.Groups[1].Value}", names, StringComparison.Ordinal);
        Assert.Contains("Exact matches:", names, StringComparison.Ordinal);
        Assert.Contains("vmlinux!schedule:", names, StringComparison.Ordinal);
        Assert.Matches(@"[0-9a-f]{8}`[0-9a-f]{8} loop!loop_", Answer(console, "x loop!*"));

        string types = Answer(console, "dt task_struct init_task pid comm;?? sizeof(task_struct);?? ((task_struct*)&vmlinux!init_task)->comm");
        Assert.Matches(@"\+0x[0-9a-f]+ pid +: 0n0", types);
        Assert.Equal(2, Regex.Count(types, "\"swapper/0\""));
        string bytes = Answer(console, "db vmlinux!linux_banner L10;dd vmlinux!linux_banner L4;dq vmlinux!linux_banner L2;dps vmlinux!init_task L2;s -a vmlinux!linux_banner L100 cloud");
        Assert.Contains("Linux version ", bytes, StringComparison.Ordinal);
        Assert.Contains("756e694c", bytes, StringComparison.Ordinal);
        Assert.Contains("lo_number", Answer(console, "dt loop!loop_device"), StringComparison.Ordinal);

        string refused = Answer(console, "refused");
        foreach (string command in (string[])["g", "p", "t", "bp", "bl", "r", "k", ".reboot", ".crash"])
            Assert.Matches($@"'{Regex.Escape(command)}': \w+ (is|are) not available in local kernel debugging: the kernel runs on while it is looked into", refused);
        Assert.Equal(10, Regex.Count(refused, "not available in local kernel debugging"));
        Assert.Contains("Memory access error", refused, StringComparison.Ordinal);
        Assert.Contains("lkd> g", refused, StringComparison.Ordinal);

        Assert.Contains("run as root", Answer(console, "user"), StringComparison.Ordinal);
        Assert.Contains("exit 4", Answer(console, "user"), StringComparison.Ordinal);
        Assert.Contains("kernel.kptr_restrict", Answer(console, "hidden"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_is_locked_down_says_so()
    {
        string console = await LinuxMachine.RunAsync(
            """
            echo "<locked>"; /bin/netkd kd -kl -c "lm;q" 2>&1; echo "exit $?"
            """, "lockdown=confidentiality", s_limit);
        Assert.Contains("lockdown=confidentiality", Answer(console, "locked"), StringComparison.Ordinal);
        Assert.Contains("exit 4", Answer(console, "locked"), StringComparison.Ordinal);
    }

    private static string Answer(string console, string command)
    {
        int start = console.IndexOf($"<{command}>", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{command} is not in:\n{console}");
        int end = console.IndexOf("exit ", start, StringComparison.Ordinal);
        return console[start..Math.Min(console.Length, end + "exit 0".Length)];
    }

    [GeneratedRegex(@"([0-9a-f]{8}`[0-9a-f]{8}) vmlinux!init_task")]
    private static partial Regex Place();
}
