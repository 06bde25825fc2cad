using Actors.Api.Models;
using Actors.Contracts.Deployments;

namespace Actors.Api.Mapping;

/// <summary>Deployments in Nomad's shape.</summary>
internal static class DeploymentMapping
{
    public static DeploymentModel ToModel(Deployment deployment) => new()
    {
        Id = deployment.Id.ToString(),
        Namespace = deployment.JobId.Namespace,
        JobId = deployment.JobId.Id,
        JobVersion = deployment.JobVersion,
        JobModifyIndex = deployment.JobModifyIndex,
        JobSpecModifyIndex = deployment.JobModifyIndex,
        JobCreateIndex = deployment.JobCreateIndex,
        TaskGroups = deployment.TaskGroups.ToDictionary(g => g.Key, g => new DeploymentGroupModel
        {
            AutoRevert = g.Value.AutoRevert,
            AutoPromote = g.Value.AutoPromote,
            ProgressDeadline = Wire.Nanoseconds(g.Value.ProgressDeadline),
            RequireProgressBy = g.Value.RequireProgressBy,
            Promoted = g.Value.Promoted,
            PlacedCanaries = g.Value.PlacedCanaries.Count == 0 ? null : [.. g.Value.PlacedCanaries.Select(id => id.ToString())],
            DesiredCanaries = g.Value.DesiredCanaries,
            DesiredTotal = g.Value.DesiredTotal,
            PlacedAllocs = g.Value.PlacedAllocs,
            HealthyAllocs = g.Value.HealthyAllocs,
            UnhealthyAllocs = g.Value.UnhealthyAllocs,
        }),
        Status = Wire.Word(deployment.Status),
        StatusDescription = deployment.StatusDescription,
        CreateIndex = deployment.CreateIndex,
        ModifyIndex = deployment.ModifyIndex,
        CreateTime = Wire.UnixNanoseconds(deployment.CreateTime),
        ModifyTime = Wire.UnixNanoseconds(deployment.ModifyTime),
    };
}
