using System.CommandLine;
using NetKd.Cli;
using NetKd.Cli.Commands;

if (BcdEditCommand.TryRun(args, out int bcdEditExitCode)) return bcdEditExitCode;

RootCommand root = new("NetKd: a kernel-mode debugger for KDNET targets, and its tools.")
{
    KdCommand.Create(),
    BcdEditCommand.Create(),
    KdnetCommand.Create(),
    new Command("target", "The target side: a machine that a debugger can attach to.") { TargetSimCommand.Create(), TargetGdbCommand.Create() },
    DecodeCommand.Create(),
    DoctorCommand.Create(),
};
ParseResult parsed = root.Parse(KdnetArguments.Normalize(KdArguments.Normalize(args)));
if (parsed.Errors.Count > 0)
{
    // One line, as every error of this program; the library would print its whole help.
    await Console.Error.WriteLineAsync($"netkd: {parsed.Errors[0].Message} (see netkd {parsed.CommandResult.Command.Name} --help)").ConfigureAwait(false);
    return ExitCode.Usage;
}

// CTRL+C means "stop the target" here; the library's own handling would end the program after two seconds.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
