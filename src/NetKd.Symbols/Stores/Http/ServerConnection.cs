using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace NetKd.Symbols.Stores.Http;

/// <summary>
/// Requests to servers: each is bounded in its silence, follows few redirects, never one from https to http, and shows credentials to the
/// server alone that they are for.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int MaxRedirects = 5;
    private const int MaxHeaderKilobytes = 32;

    private readonly SymbolFinderOptions _options;
    private readonly HttpClient _client;
    private readonly bool _hasWrongProxy;

    public ServerConnection(SymbolFinderOptions options)
    {
        _options = options;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        if (!string.IsNullOrWhiteSpace(options.Proxy))
        {
            _hasWrongProxy = !Uri.TryCreate(options.Proxy.Contains("://", StringComparison.Ordinal) ? options.Proxy : "http://" + options.Proxy, UriKind.Absolute, out Uri? proxy);
            handler.Proxy = new WebProxy(proxy);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("NetKd", typeof(ServerConnection).Assembly.GetName().Version?.ToString(2)));
    }

    /// <summary>Asks for an address.</summary>
    /// <param name="address">The address; a user and password in it are sent as such.</param>
    /// <param name="from">The part that is there already; null to ask for all.</param>
    /// <param name="silence">Ends the request when nothing comes for too long.</param>
    /// <returns>The answer, its body still to come.</returns>
    /// <exception cref="RequestFailure">There is none.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri address, PartialFile? from, SilenceLimit silence)
    {
        if (_hasWrongProxy) throw new RequestFailure("The proxy of the symbol search (_NT_SYMBOL_PROXY) is not HOST:PORT.", AskAgain.ServerIsOffline);
        Uri current = address;
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await SendAsync(address, current, from, silence).ConfigureAwait(false);
            if (!IsRedirect(response)) return response;
            Uri? next = response.Headers.Location;
            response.Dispose();
            if (redirects == MaxRedirects) throw new RequestFailure($"The server redirects more than {MaxRedirects} times.", AskAgain.Forbidden);
            current = Redirect(current, next);
        }
    }

    /// <summary>Where a redirect leads.</summary>
    /// <exception cref="RequestFailure">It is not followed.</exception>
    internal static Uri Redirect(Uri current, Uri? next)
    {
        if (next is null) throw new RequestFailure("The server redirects to nowhere.", AskAgain.Forbidden);
        if (!next.IsAbsoluteUri) next = new Uri(current, next);
        if (next.Scheme != Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttp) throw new RequestFailure($"The server redirects to {next.Scheme}:, which is not followed.", AskAgain.Forbidden);
        if (current.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
            throw new RequestFailure($"The server redirects from https to http ({next.Host}), where anybody on the way could change the file; that is not followed.", AskAgain.Forbidden);
        return next;
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri origin, Uri address, PartialFile? from, SilenceLimit silence)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        // What is compressed on the way has no length to check and no place to go on from.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (origin.UserInfo.Length > 0 && IsSameServer(origin, address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(origin.UserInfo))));
        if (from?.Validator is { } validator)
        {
            request.Headers.Range = new RangeHeaderValue(from.Length, null);
            request.Headers.TryAddWithoutValidation("If-Range", validator);
        }

        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!silence.IsCancelledByCaller)
        {
            throw new RequestFailure(silence.IsOver
                ? $"The server did not answer for {_options.StallTimeout.TotalSeconds:0.#} s."
                : $"No connection within {_options.ConnectTimeout.TotalSeconds:0.#} s: the server is off, or a firewall is in the way.", AskAgain.ServerIsOffline);
        }
        catch (HttpRequestException e)
        {
            throw Failure(e);
        }
    }

    private static RequestFailure Failure(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new RequestFailure("The server's name is not known: see the spelling and the network.", AskAgain.ServerIsOffline),
        HttpRequestError.ConnectionError => new RequestFailure($"The server does not take connections ({Innermost(e)}).", AskAgain.ServerIsOffline),
        HttpRequestError.SecureConnectionError => new RequestFailure($"No secure connection ({Innermost(e)}): see the server's certificate.", AskAgain.ServerIsOffline),
        HttpRequestError.ProxyTunnelError => new RequestFailure("The proxy does not let the request through: see _NT_SYMBOL_PROXY and the system's proxy.", AskAgain.ServerIsOffline),
        _ => new RequestFailure($"The server's answer is no HTTP that can be read ({Innermost(e)}).", AskAgain.Forbidden),
    };

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.');
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsSameServer(Uri first, Uri second) => first.Scheme == second.Scheme && first.Port == second.Port && first.Host.Equals(second.Host, StringComparison.OrdinalIgnoreCase);
}
