global using NetKd.Capture.Files;
global using NetKd.Capture.Sessions;
global using NetKd.Protocol.Kd;
global using NetKd.Protocol.Net;
