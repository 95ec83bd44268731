/**
 * Spring Boot around one engine: opens what the configuration names, serves health and metrics, and
 * stops in order.
 */
@NullMarked
package network.assay.oracle.node.app;

import org.jspecify.annotations.NullMarked;
