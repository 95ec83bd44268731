/** ArchUnit over every Java module: who may depend on whom, and what pure code must not touch. */
@NullMarked
package network.assay.testchain.architecture;

import org.jspecify.annotations.NullMarked;
