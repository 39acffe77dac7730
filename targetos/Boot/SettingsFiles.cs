using NetKd.TargetOs.Memory;

namespace NetKd.TargetOs.Boot;

/// <summary>
/// Gathers the settings of the boot volume: \netkd.ini, then \EFI\Microsoft\Boot\BCD. A store that is there rules the debugger settings
/// alone, as it does for Windows, even when it cannot be read.
/// </summary>
internal static unsafe class SettingsFiles
{
    private const int MaxTextLength = 2048;
    private const ulong MaxStorePages = 256;
    private const int AllocateAnyPages = 0;
    private const int LoaderData = 2;

    public static void Read(EfiBootServices* services, EfiLoadedImage* image, ref BootSettings settings)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        int length = BootVolume.Read(services, image, "\\netkd.ini"u8, text);
        settings = BootSettings.Parse(text.Slice(0, length < 0 ? 0 : length));
        text.Clear();

        // Too large for the stack, and the kernel's own memory is not there yet.
        ulong physical;
        if (services->AllocatePages(AllocateAnyPages, LoaderData, (nuint)MaxStorePages, &physical) != 0) return;
        Span<byte> store = new((void*)physical, (int)(MaxStorePages * Arena.PageSize));
        length = BootVolume.Read(services, image, "\\EFI\\Microsoft\\Boot\\BCD"u8, store);
        if (length == store.Length)
        {
            settings.FromStore = true;
            settings.DropDebugger();
            settings.Fault = DebuggerFault.StoreTooLarge;
        }
        else if (length >= 0)
        {
            BcdDebugger.Read(store.Slice(0, length), ref settings);
        }

        // It holds the key.
        store.Clear();
        services->FreePages(physical, (nuint)MaxStorePages);
    }
}
