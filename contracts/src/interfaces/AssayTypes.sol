// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The signed messages that contracts read, field for field as in docs/PROTOCOL.md section 1. Every struct is flat and
// static, so that its ABI encoding is its EIP-712 encodeData without the type hash: the struct's *words*.
// Times ending in At, Until, Deadline or Expiry are chain time in Unix seconds; amounts are token base units.

/// @notice What a device sells. Signed by the device key; verifyingContract is the JobMarket.
struct Offer {
    address device;
    bytes32 deviceClass;
    uint8 unit; // 0 FIXED (price per job), 1 RATE (refused for now)
    uint96 price;
    uint32 durationMinS; // least and greatest Order.runWindowS that the device takes
    uint32 durationMaxS;
    uint96 volumeMax; // ceiling on the sum of the prices of all jobs that the device ever joined, over all its offers
    uint16 concurrentMax; // joined and unfinished jobs of the device, over all its offers, including the new one
    uint32 regions; // bit set
    uint8 grades; // bit 1<<grade
    uint64 nonce; // void below the device's nonce floor
    uint40 expiry; // may be joined up to and including
}

/// @notice What a consumer buys. Signed by the consumer, or bound by being the nonce of his EIP-3009 authorisation.
struct Order {
    address consumer;
    bytes32 specHash;
    bytes32 offerHash; // the one offer that may be joined; 0: any offer that `matcher` joins
    address matcher;
    bytes32 deviceClass; // 0: any
    uint32 regions; // 0: anywhere
    uint8 grade; // 1 to 5
    uint8 lane; // 0 PRIOR_BALANCE, 1 EIP3009, 2 PERMIT2, 3 EIP2612, 4 DEPOSIT
    uint96 amount;
    uint96 priceMax;
    uint16 feeBpsMax;
    uint8 attemptsMax;
    uint40 orderDeadline;
    uint32 acceptWindowS;
    uint32 runWindowS;
    uint32 reportWindowS;
    bytes32 resultKey;
    address callback; // nonzero: the CallbackRouter may deliver the result there after FINAL
    uint32 callbackGas;
    uint64 salt;
}

/// @notice The device took the job: input fetched, and hashing to the specification's root. Signed by the device key.
struct Accept {
    uint64 jobId;
    bytes32 orderHash;
    bytes32 offerHash;
    bytes32 inputRoot;
}

/// @notice What the device computed. Signed by the device key.
struct WorkCommit {
    uint64 jobId;
    address device;
    bytes32 specHash;
    bytes32 seed;
    uint32 units;
    uint32 rows;
    bytes32 operandRoot;
    bytes32 workRoot;
    bytes32 plaintextRoot;
    bytes32 ciphertextRoot;
    uint32 ciphertextBytes;
}

/// @notice The device gives up. Signed by the device key.
struct Fail {
    uint64 jobId;
    bytes32 reasonHash;
}

/// @notice A device key shows that it agrees to belong to a provider. verifyingContract is the DeviceRegistry.
struct DeviceRegistration {
    address provider;
    address device;
    bytes32 deviceClass;
    bytes32 descriptorHash;
    uint40 expiry;
}

/// @notice What a committee decided at one height of its log. verifyingContract is the Settlement.
struct Report {
    uint64 epoch;
    uint64 seq;
    uint40 observedAt;
    uint40 validUntil;
    uint16 count;
    bytes32 verdictsHash; // keccak256 of the packed verdicts
    bytes32 evidenceRoot;
}

/// @notice Money from a wallet straight into stake. verifyingContract is the StakeManager; bound as an EIP-3009 nonce.
struct StakeDeposit {
    address provider;
    uint96 amount;
    uint64 salt;
}

/// @notice Money from a wallet into its own credit. verifyingContract is the TokenVault; bound as an EIP-3009 nonce.
struct CreditDeposit {
    address account;
    uint96 amount;
    uint64 salt;
}

/// @notice The payer's part of a payment.
/// In lane EIP3009 the token's ReceiveWithAuthorization, whose nonce the vault derives: times and 65 bytes r‖s‖v.
/// In lane PRIOR_BALANCE both times are 0 and the signature is the consumer's over the Order: 65 bytes, or whatever his
/// ERC-1271 wallet wants; where the consumer himself calls, it is not looked at. For the other lanes see ITokenVault.
struct Payment {
    uint40 validAfter;
    uint40 validBefore;
    bytes signature;
}

/// @notice What is fixed about a job so far. The market stores only a binding over it; whoever moves the job shows it
/// again. Every field is in the events JobFunded, JobAssigned and JobOpened.
struct JobCard {
    bytes32 terms; // H(orderHash ‖ offerHash); offerHash 0 before an offer is joined
    address consumer;
    address provider; // 0 before an offer is joined
    uint40 deviceIndex; // 0 before an offer is joined
    uint96 amount; // in escrow; from ASSIGNED on the price
}

/// @notice What a verdict made of a job. From REPORTED on it is shown beside the card; it is in the event JobReported.
struct JobOutcome {
    uint8 code;
    uint96 paid; // gross, before the fee
    bytes32 resultHash;
    uint40 challengeUntil;
}

/// @notice A job and its card.
struct ShownJob {
    uint64 jobId;
    JobCard card;
}

/// @notice One job of `openBatch`.
struct BatchItem {
    Order order;
    bytes orderSignature; // the consumer's over the Order; not looked at where he himself calls
    bytes32 inputRoot;
    bytes acceptSignature; // the device's over Accept(jobId, orderHash, offerHash, inputRoot)
}

/// @notice States of a job, with the numbers of docs/PROTOCOL.md. FINAL is derived from time and never stored.
enum JobState {
    NONE,
    FUNDED,
    ASSIGNED,
    RUNNING,
    CHECKPOINTED,
    COMMITTED,
    REPORTED,
    DISPUTED,
    FINAL,
    REFUNDED,
    CANCELLED,
    EXPIRED
}

/// @notice Why a verdict was not applied. The batch goes on.
enum SkipReason {
    NONE,
    UNKNOWN_JOB, // no such job
    NOT_REPORTABLE, // not RUNNING or COMMITTED: already settled, refunded, or not yet accepted
    OTHER_EPOCH, // accepted under another committee
    PAST_DEADLINE, // only the default may happen any more
    UNKNOWN_CODE, // no such code, or one that this kind of job does not know
    WRONG_AMOUNT, // cumulativePaid does not go with the code and price
    WRONG_CARD // what was shown is not the job's card: show the right one, and the verdict applies
}
