namespace NetKd.TargetOs.Boot;

/// <summary>Reads \netkd.ini through the firmware's file system, from the volume that this image was loaded from.</summary>
internal static unsafe class SettingsFile
{
    /// <summary>The most that is read of the file, in bytes.</summary>
    public const int MaxLength = 2048;

    private const ulong OpenRead = 1;

    /// <summary>Returns the bytes read, 0 when there is no such file.</summary>
    public static int Read(EfiBootServices* services, EfiLoadedImage* image, Span<byte> destination)
    {
        // EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID
        EfiGuid name = new(0x964E5B22, 0x6459, 0x11D2, 0x3B7269C9A000398E);
        EfiSimpleFileSystem* volume;
        if (services->HandleProtocol(image->DeviceHandle, &name, (void**)&volume) != 0) return 0;
        EfiFile* root;
        if (volume->OpenVolume(volume, &root) != 0) return 0;
        int length = ReadFrom(root, destination);
        root->Close(root);
        return length;
    }

    private static int ReadFrom(EfiFile* root, Span<byte> destination)
    {
        ReadOnlySpan<byte> path = "\\netkd.ini"u8;
        char* wide = stackalloc char[16];
        for (int i = 0; i < path.Length; i++) wide[i] = (char)path[i];
        wide[path.Length] = '\0';
        EfiFile* file;
        if (root->Open(root, &file, wide, OpenRead, 0) != 0) return 0;
        nuint size = (nuint)destination.Length;
        ulong status;
        fixed (byte* buffer = destination) status = file->Read(file, &size, buffer);
        file->Close(file);
        return status == 0 ? (int)size : 0;
    }
}
