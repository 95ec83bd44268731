// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "./AssayTypes.sol";

/// @notice A reported job, as far as a court must know it.
struct DisputedJob {
    uint64 jobId;
    JobState state; // REPORTED, DISPUTED, or FINAL
    uint8 code; // of the verdict that stands now
    uint96 paid; // with it, gross, token base units
    uint96 price; // the most that any verdict may pay
    address consumer;
    address provider;
    uint40 deviceIndex;
    uint64 epoch; // whose committee reported
    uint40 challengeUntil; // a dispute may be opened up to and including; > 0
}

/// @notice What a court decided. The same code and pay as before: the verdict was upheld.
struct Ruling {
    uint8 code;
    uint96 paid;
    address challenger; // who is rewarded where the ruling is FRAUD; 0: nobody
    uint96 rewardMax; // his reward is never more, nor more than half of what the slash leaves after compensation and burning
}

/// @title What a court calls on the contract that settles jobs
/// @notice `shown` are the bytes by which a caller shows a reported job again: the job itself keeps a binding over them
/// and nothing else. The court hands them on as they came and believes only the answer; so one court serves every kind
/// of job. Wrong bytes revert.
///
/// What the court assumes. Breaks safety: a DisputedJob that is not the job's. Breaks liveness: `resolveDispute` that
/// reverts for a ruling whose code and pay fit the job.
interface IDisputable {
    /// @notice Not the court.
    error NotCourt(address got, address want);

    /// @notice `resolveUntil` is the dispute's own deadline.
    event DisputeOpened(uint64 indexed jobId, uint40 resolveUntil);
    /// @notice The verdict that stands from here on.
    event DisputeResolved(uint64 indexed jobId, uint8 code, uint96 paid, bool upheld);

    /// @notice The only caller of `openDispute` and `resolveDispute`.
    function court() external view returns (address);

    /// @notice The job that `shown` shows. Reverts where there is no such job, or it is not reported.
    function disputedJob(bytes calldata shown) external view returns (DisputedJob memory);

    /// @notice Takes a job's pay, refund and lock back out of what waits for finality.
    /// Effects: DISPUTED until resolveUntil. Requirements: only the court; REPORTED; now ≤ challengeUntil < resolveUntil.
    function openDispute(bytes calldata shown, uint40 resolveUntil) external returns (DisputedJob memory);

    /// @notice Ends a dispute.
    /// Effects: upheld: REPORTED as before, with the same challengeUntil (FINAL at once where that has passed).
    /// Overturned: pay, refund and lock as the ruling says, final at once; FRAUD is slashed in this transaction.
    /// Requirements: only the court; DISPUTED; the ruling fits the job (OK pays the price, PARTIAL less, others nothing).
    /// @return rewarded what the challenger was credited with
    function resolveDispute(bytes calldata shown, Ruling calldata ruling) external returns (uint96 rewarded);

    /// @notice The default after resolveUntil, should the court be silent: the first verdict stands. Anyone.
    function expireDispute(bytes calldata shown) external;
}
