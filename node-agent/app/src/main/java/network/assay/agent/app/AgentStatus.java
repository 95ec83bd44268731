package network.assay.agent.app;

import java.util.List;
import network.assay.agent.app.job.JobBook;
import network.assay.contracts.protocol.Address;

/**
 * What {@code assay agent status} shows.
 *
 * @param gpu which cards, or why there are none
 * @param tee which trusted execution environment, or that there is none
 * @param trouble what keeps the agent from working; empty where nothing does
 * @param jobs unfinished ones
 * @param recent the newest jobs with how they ended
 */
public record AgentStatus(
    String name,
    Address device,
    Address provider,
    String gpu,
    String tee,
    String trouble,
    List<JobBook.JobLine> jobs,
    List<JobBook.JobLine> recent) {}
