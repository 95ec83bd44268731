// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Accept,
    BatchItem,
    Fail,
    JobCard,
    JobOutcome,
    Offer,
    Order,
    Payment,
    ShownJob,
    WorkCommit
} from "./AssayTypes.sol";
import {IJobBook} from "./IJobBook.sol";

/// @title How jobs begin and are settled
interface IJobEntry is IJobBook {
    /// @notice Pays for an Order. Anyone may submit it; the consumer's signature is what pays.
    /// Effects: FUNDED; amount in escrow. Requirements: new jobs not paused; the Order is unused, in bounds and in
    /// time. Lane EIP3009: the token accepts the authorisation whose nonce is the Order's digest; lane PRIOR_BALANCE:
    /// the consumer calls, or signed the Order (ECDSA or ERC-1271), and has enough credit.
    function fund(Order calldata order, Payment calldata payment) external returns (uint64 jobId);

    /// @notice Joins a device's offer to a funded job of `amount` in escrow.
    /// Effects: ASSIGNED until now + acceptWindowS; escrow = price, the rest is the consumer's credit; volume and
    /// concurrency reserved.
    /// Requirements: FUNDED and in time; offerHash the Order's or, where that is 0, the caller its matcher; the
    /// device's signature, registered and active; expiry, nonce floor, price, class, regions, grade, run window, volume
    /// and concurrency fit.
    function join(
        Order calldata order,
        uint8 attempt,
        uint96 amount,
        Offer calldata offer,
        bytes calldata offerSignature
    ) external;

    /// @notice `fund` and `join` in one. Lane PRIOR_BALANCE: only the price is taken.
    function open(Order calldata order, Payment calldata payment, Offer calldata offer, bytes calldata offerSignature)
        external
        returns (uint64 jobId);

    /// @notice `fund`, `join` and `accept` in one. The device's Accept names the offer, so that needs no signature of
    /// its own. Effects: RUNNING; JobOpened. Requirements: as for the three.
    function openAccepted(
        Order calldata order,
        Payment calldata payment,
        Offer calldata offer,
        bytes32 inputRoot,
        bytes calldata acceptSignature
    ) external returns (uint64 jobId);

    /// @notice `openAccepted` for many prepaid Orders (lane PRIOR_BALANCE) that one offer fits.
    /// Effects: RUNNING and JobOpened for each; OrderSkipped for each that was consumed, is not paid for, or for which
    /// the device has no room. Requirements: what else is wrong with any of them reverts.
    /// @return opened how many
    function openBatch(BatchItem[] calldata items, Offer calldata offer) external returns (uint256 opened);

    /// @notice Hands in the device's Accept(jobId, orderHash, offerHash, inputRoot). Anyone may submit it.
    /// Effects: RUNNING until now + runWindowS; stake locked; the current epoch recorded.
    /// Requirements: ASSIGNED and in time; signed by the job's device, still active; enough free stake.
    function accept(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        JobCard calldata card,
        bytes32 inputRoot,
        bytes calldata deviceSignature
    ) external;

    /// @notice Brings about the default of every job named. Anyone. Never paused.
    /// Effects: FUNDED, ASSIGNED → EXPIRED, refund. RUNNING → REFUNDED, penalty. COMMITTED → once extended, then
    /// REFUNDED, lock freed.
    /// Requirements: each past its deadline; a retryable ASSIGNED job also past retryGraceS unless its consumer calls.
    function expire(ShownJob[] calldata jobs) external;

    /// @notice Applies a report's verdicts (packed, 53 bytes each), each with its card (packed, 89 bytes). Only
    /// Settlement, which has checked both lengths.
    /// Effects: REPORTED for each verdict that fits; VerdictSkipped for each that does not. Never reverts because of
    /// one verdict.
    /// @return applied bit k: verdict k was applied
    /// @return wrongCards bit k: verdict k would have been looked at, had its card been the job's
    function reportVerdicts(uint64 epoch, bytes calldata verdicts, bytes calldata cards)
        external
        returns (uint256 applied, uint256 wrongCards);

    /// @notice Gives an account what the Settlement's buckets held for it. Only Settlement.
    function payOut(address account, uint256 amount) external;

    /// @notice Marks a FRAUD job as slashed, once, after challengeUntil. Only Settlement.
    function takeFraud(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external;
}

/// @title How jobs go on and end, and what is known of them
interface IJobExits is IJobBook {
    function params() external view returns (Params memory);
    function newJobsPaused() external view returns (bool);
    /// @notice Last second of the pause; in the past where there is none.
    function pausedUntil() external view returns (uint40);
    /// @notice The committee that a job accepted now gets.
    function epoch() external view returns (uint64);

    /// @notice EIP-712 digests in this contract's domain.
    function hashOrder(Order calldata order) external view returns (bytes32);
    function hashOffer(Offer calldata offer) external view returns (bytes32);
    function hashAccept(Accept calldata message) external view returns (bytes32);
    function hashWorkCommit(WorkCommit calldata message) external view returns (bytes32);
    function hashFail(Fail calldata message) external view returns (bytes32);
    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64);

    function job(uint64 jobId) external view returns (JobView memory);
    /// @notice Whether this is the job's card, before REPORTED.
    function isBoundTo(uint64 jobId, JobCard calldata card) external view returns (bool);
    /// @notice Whether these are the job's card and outcome, from REPORTED on.
    function isReportedAs(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external view returns (bool);
    /// @notice Stake that a job of this price locks.
    function lockOf(uint96 price) external view returns (uint96);
    /// @notice Seconds from report to finality of a job of this price.
    function challengeWindowOf(uint96 price) external view returns (uint32);
    /// @notice Sum of the prices that the device ever joined; never falls.
    function volumeOf(address device) external view returns (uint96);
    /// @notice Joined and unfinished jobs of a device.
    function activeJobs(address device) external view returns (uint16);
    /// @notice Offers of the device with a smaller nonce are void.
    function nonceFloor(address device) external view returns (uint64);

    /// @notice Posts the device's WorkCommit, for when oracles stay silent. Anyone may submit it.
    /// Effects: COMMITTED until now + reportWindowS. Requirements: RUNNING and in time; signed by the job's device; its
    /// specHash is the Order's.
    function postCommit(
        Order calldata order,
        bytes32 offerHash,
        JobCard calldata card,
        WorkCommit calldata message,
        bytes calldata deviceSignature
    ) external;

    /// @notice Hands in the device's Fail. Anyone may submit it.
    /// Effects: REFUNDED; lock freed; no penalty. Requirements: RUNNING or COMMITTED and in time; signed by the job's
    /// device.
    function fail(uint64 jobId, JobCard calldata card, bytes32 reasonHash, bytes calldata deviceSignature) external;

    /// @notice Takes a job back. Effects: CANCELLED; refund. Requirements: FUNDED or ASSIGNED and in time; called by
    /// the consumer.
    function cancel(uint64 jobId, JobCard calldata card) external;

    /// @notice Ends an attempt that nobody accepted and opens the next, paid from its refund. Anyone. Never paused.
    /// Effects: as `expire`, then attempt + 1 FUNDED until orderDeadline. Requirements: ASSIGNED, past its deadline,
    /// retryable, now ≤ orderDeadline.
    function retry(Order calldata order, uint8 attempt, bytes32 offerHash, JobCard calldata card)
        external
        returns (uint64 nextJobId);

    /// @notice Voids a device's offers with a nonce below `floor`. Only its provider or the device itself.
    function raiseNonceFloor(address device, uint64 floor) external;

    /// @notice Stops new jobs for 7 days; no exit is ever paused. Only the governor, who may prolong it, or the
    /// guardian, who may only where the last pause ended at least as long ago.
    function pauseNewJobs() external;
    /// @notice Ends a pause. Only the governor.
    function resumeNewJobs() external;
}

/// @title One job's life, from paid to reported
/// @notice A job is one attempt at one Order. Its id is the low 63 bits of `uint256(keccak256(orderHash ‖
/// uint256(attempt)))`, known before the transaction; a used id is the record that the Order was consumed. Bit 63 is 0:
/// ids with bit 63 are those of the market for metered jobs. Every state has one deadline and one default, which anyone
/// may bring about after it. Up to and including the deadline only the regular move happens, after it only the default.
///
/// A job takes one storage slot: state, deadline, epoch, and a *binding*, 176 bits of the hash of its JobCard (packed,
/// 89 bytes); from REPORTED on of card and JobOutcome (packed, 139 bytes). Calls show the card again. A binding has no
/// two cards as long as nobody can do 2^88 hashes.
///
/// All money of jobs, until it is claimed, is in this contract's ledger; the Settlement says who gets it.
///
/// Constructor: `JobMarket(address vault, address stake, address devices, address committee, address settlement,
/// address governor, address guardian, Params params)`; guardian may be 0.
interface IJobMarket is IJobEntry, IJobExits {}
