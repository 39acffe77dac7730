global using NetKd.Protocol.Net;
