package network.assay.agent.app;

import java.util.List;
import java.util.Optional;
import network.assay.agent.app.job.JobBook;
import network.assay.agent.execute.Chain.Earnings;
import network.assay.contracts.protocol.Address;

/**
 * What {@code assay agent status} shows.
 *
 * @param gpu which cards, or why there are none
 * @param cards each card with its driver's identifier and health
 * @param tee which trusted execution environment, or that there is none
 * @param trouble what keeps the agent from working; empty where nothing does
 * @param draining whether it takes no more jobs
 * @param idle why it earns nothing right now, and what it waits for
 * @param revenue what the provider earned; absent where the chain did not answer
 * @param jobs unfinished ones
 * @param recent the newest jobs with how they ended
 */
public record AgentStatus(
    String name,
    Address device,
    Address provider,
    String gpu,
    List<CardLine> cards,
    String tee,
    String trouble,
    boolean draining,
    Idleness idle,
    Optional<Earnings> revenue,
    List<JobBook.JobLine> jobs,
    List<JobBook.JobLine> recent) {}
