/**
 * Containers as the agent sees them: what may be asked of a sandbox, and what came of it. Pure; the
 * sandboxes themselves (podman, Docker, bubblewrap) are in {@code runtime}.
 */
@NullMarked
package network.assay.agent.execute.container;

import org.jspecify.annotations.NullMarked;
