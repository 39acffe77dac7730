global using NetKd.Capture.Files;
global using NetKd.Capture.Sessions;
global using NetKd.Capture.Text;
