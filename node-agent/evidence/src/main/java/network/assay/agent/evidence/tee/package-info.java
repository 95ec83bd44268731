/**
 * Evidence of the machine's trusted hardware: configfs-tsm (TDX, SEV-SNP), AWS Nitro, TPM, and for
 * development a simulator. A source either gives evidence or says in one sentence why not.
 */
@NullMarked
package network.assay.agent.evidence.tee;

import org.jspecify.annotations.NullMarked;
