namespace Internal.Runtime.CompilerHelpers;

/// <summary>ILC asks for this class by name; nothing has to happen here at start.</summary>
internal static class StartupCodeHelpers
{
}
