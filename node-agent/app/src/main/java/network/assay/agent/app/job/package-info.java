/** Drives jobs: runs what the job machine wants, and tells it what came of it. */
@NullMarked
package network.assay.agent.app.job;

import org.jspecify.annotations.NullMarked;
