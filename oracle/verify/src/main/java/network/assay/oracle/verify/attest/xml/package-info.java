/**
 * Just as much XML as a signed manifest needs, bounded and without document types or entities:
 * parser, canonical form, enveloped signature. What it does not know it refuses.
 */
@NullMarked
package network.assay.oracle.verify.attest.xml;

import org.jspecify.annotations.NullMarked;
