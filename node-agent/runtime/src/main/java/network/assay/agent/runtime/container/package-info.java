/**
 * Sandboxes for the containers of strangers, behind {@code execute}'s port {@code Sandbox}: podman,
 * Docker, and bubblewrap with control groups made by hand.
 *
 * <p>To read in this order: {@code ContainerRuns} (the life of a run, the same for all), {@code
 * Engine} (what differs), {@code PodmanEngine}, {@code BubblewrapEngine}, {@code DockerEngine}.
 */
@NullMarked
package network.assay.agent.runtime.container;

import org.jspecify.annotations.NullMarked;
