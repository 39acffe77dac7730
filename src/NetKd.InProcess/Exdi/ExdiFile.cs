using System.Xml;
using System.Xml.Linq;
using NetKd.Transport;

namespace NetKd.InProcess.Exdi;

/// <summary>The XML files that eXDI's environment variables name.</summary>
internal static class ExdiFile
{
    private const int MaxCharacters = 1 << 20;

    /// <summary>Reads a file; nothing that it refers to is fetched.</summary>
    /// <exception cref="ConnectionStringException">It cannot be read, or is no XML.</exception>
    public static XElement Load(string path, string variable)
    {
        try
        {
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
            using XmlReader reader = XmlReader.Create(path, settings);
            return XElement.Load(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            throw new ConnectionStringException($"exdi: {path}, which {variable} names, cannot be read: {e.Message}");
        }
    }
}
