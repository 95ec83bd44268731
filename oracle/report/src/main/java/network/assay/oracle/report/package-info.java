/**
 * From what each oracle saw to one report on chain: observation → outcome → attested report →
 * transmission, as deterministic state machines without I/O. Rules: docs/PROTOCOL.md §6. Reading
 * order: {@link network.assay.oracle.report.Effect}, {@link
 * network.assay.oracle.report.CommitteeMember}, {@link
 * network.assay.oracle.report.ObservationRound}, {@link
 * network.assay.oracle.report.OutcomeAgreement}, {@link network.assay.oracle.report.CommitteeLog},
 * {@link network.assay.oracle.report.ReportSigning}.
 *
 * <p><b>How to drive it.</b> One {@link network.assay.oracle.report.CommitteeMember} an epoch, fed
 * by one thread:
 *
 * <ol>
 *   <li>construct it with everything that was persisted for the epoch ({@link
 *       network.assay.oracle.report.DurableCodec} has the bytes), in the order of writing; tell it
 *       what the chain shows already ({@code onReported}); call {@code start};
 *   <li>feed {@code observe}, {@code onMessage}, {@code onTimer}, {@code onBlock}, {@code
 *       onReported}, {@code forget}; salts are 32 fresh random bytes;
 *   <li>carry out the returned effects strictly in order, each before the next input: a {@code
 *       Persist} is durable before what stands behind it is sent. Consecutive {@code Persist}s up
 *       to the next {@code Broadcast} or {@code Send} may share one transaction. Sending is best
 *       effort and must not block the thread: queue by peer, bounded, dropping the oldest;
 *   <li>if an effect or {@code SignOnce} fails, stop the process: the state in memory is ahead of
 *       the store, and only a restart brings them together;
 *   <li>{@code RequestDecision} is a query to one peer; its answer comes back as {@code
 *       onMessage(peer, decision)}, no answer as nothing. Answer such queries by {@code
 *       decision(seq)} or from the store's {@code Durable.Decided} records;
 *   <li>{@code Transmit} sends the report to the chain; that another did it first is no error.
 * </ol>
 *
 * <p>Nothing that a peer sends makes these machines throw. Making a message from bytes may: the
 * constructors and parsers refuse what is out of bounds with IllegalArgumentException or
 * ProtocolException, which the node takes as that peer's fault.
 *
 * <p>Assumptions that break safety: more than f members lie; a store loses what it said was
 * durable, or an older copy of it is restored; one key runs in two processes. That break liveness:
 * more than f members are away; messages between honest members never arrive; chain times of honest
 * members differ by more than 60 s.
 */
@NullMarked
package network.assay.oracle.report;

import org.jspecify.annotations.NullMarked;
