/**
 * What an agent does with one job, and what it needs from outside to do it. Pure: time is an
 * argument, everything else a port.
 *
 * <p>Read in this order: {@link network.assay.agent.execute.Assignment}, {@link
 * network.assay.agent.execute.Admission}, {@link network.assay.agent.execute.AgentJob}, {@link
 * network.assay.agent.execute.JobMachine}, then the ports.
 */
@NullMarked
package network.assay.agent.execute;

import org.jspecify.annotations.NullMarked;
