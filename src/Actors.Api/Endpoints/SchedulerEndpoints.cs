using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.State.Operators;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/operator/scheduler/configuration</c>.</summary>
internal static class SchedulerEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Operator";
        routes.Get("/v1/operator/scheduler/configuration", "Says how the scheduler is set up", ReadAsync).Answers<SchedulerConfigurationResponse>();
        routes.Put("/v1/operator/scheduler/configuration", "Sets the scheduler up", ChangeAsync).Takes<SchedulerConfigurationModel>().Answers<SchedulerSetResponse>();
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadOnceAsync();
        await request.WriteJsonAsync(
            new SchedulerConfigurationResponse
            {
                SchedulerConfig = ToModel(state.Operator),
                Index = Math.Max(1, state.Operator.SchedulerIndex),
                KnownLeader = request.Region.Leader is not null,
            },
            state.Operator.SchedulerIndex);
    }

    private static async Task ChangeAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<SchedulerConfigurationModel>(request.Options.MaxBodyBytes, "a scheduler configuration");
        ulong? cas = request.Parameter("cas").Length == 0 ? null : QueryOptions.Unsigned(request.Http.Request.Query, "cas");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(request.Options.WriteTimeout);
        var reply = await request.Region.SendAsync(new ConfigureScheduler(request.NewCommand(), Read(body), cas), patience.Token);
        var (updated, index) = reply switch
        {
            CommandAccepted accepted => (true, accepted.Index),
            CommandRefused { Kind: RefusalKind.Conflict } => (false, request.Region.State.Operator.SchedulerIndex),
            CommandRefused refused => throw ApiRequest.Refusal(refused),
            var other => throw new InvalidOperationException($"a scheduler configuration was answered with {other.GetType().Name}"),
        };
        await request.WriteJsonAsync(new SchedulerSetResponse { Updated = updated, Index = index, KnownLeader = true }, index);
    }

    private static SchedulerConfiguration Read(SchedulerConfigurationModel body) => new()
    {
        Algorithm = body.SchedulerAlgorithm switch
        {
            null or "" or "binpack" => SchedulerAlgorithm.BinPack,
            "spread" => SchedulerAlgorithm.Spread,
            var other => throw ApiException.BadRequest($"invalid scheduler algorithm \"{other}\": expected binpack or spread"),
        },
        PreemptForSystem = body.PreemptionConfig?.SystemSchedulerEnabled ?? false,
        PreemptForSysBatch = body.PreemptionConfig?.SysBatchSchedulerEnabled ?? false,
        PreemptForBatch = body.PreemptionConfig?.BatchSchedulerEnabled ?? false,
        PreemptForService = body.PreemptionConfig?.ServiceSchedulerEnabled ?? false,
        MemoryOversubscription = body.MemoryOversubscriptionEnabled,
        RejectJobRegistration = body.RejectJobRegistration,
        PauseEvaluations = body.PauseEvalBroker,
        NodeLimitForFeasibilityChecks = body.NodeLimitForFeasibilityChecks switch
        {
            0 => new SchedulerConfiguration().NodeLimitForFeasibilityChecks,
            < 0 => throw ApiException.BadRequest($"NodeLimitForFeasibilityChecks must not be negative, found {body.NodeLimitForFeasibilityChecks}"),
            var limit => limit,
        },
    };

    private static SchedulerConfigurationModel ToModel(OperatorState state)
    {
        var scheduler = state.Scheduler;
        return new SchedulerConfigurationModel
        {
            SchedulerAlgorithm = scheduler.Algorithm == SchedulerAlgorithm.Spread ? "spread" : "binpack",
            PreemptionConfig = new PreemptionConfigModel(scheduler.PreemptForSystem, scheduler.PreemptForSysBatch, scheduler.PreemptForBatch, scheduler.PreemptForService),
            MemoryOversubscriptionEnabled = scheduler.MemoryOversubscription,
            RejectJobRegistration = scheduler.RejectJobRegistration,
            PauseEvalBroker = scheduler.PauseEvaluations,
            NodeLimitForFeasibilityChecks = scheduler.NodeLimitForFeasibilityChecks,
            CreateIndex = state.SchedulerIndex,
            ModifyIndex = state.SchedulerIndex,
        };
    }
}
