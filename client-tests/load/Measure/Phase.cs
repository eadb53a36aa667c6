using System.Diagnostics;

namespace Matchmaker.Load.Measure;

/// <summary>Where the clock, all CPU times and the server's memory stood when a phase of the run began.</summary>
internal readonly record struct Phase(long Begin, TimeSpan DriverCpu, TimeSpan ServerCpu, TimeSpan RedisCpu, long ServerResidentBytes)
{
    public double Seconds => Stopwatch.GetElapsedTime(Begin).TotalSeconds;

    public static Phase Start(ServerProcess server, ServerProcess redis)
    {
        var (cpu, resident) = server.Read();
        return new Phase(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, cpu, redis.Read().Cpu, resident);
    }
}
