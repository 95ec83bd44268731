// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob} from "./IDisputable.sol";

/// @title What Settlement asks of a market about a dispute
/// @notice `shown` begins with the job's id; the rest is the market's own. JobMarket: abi.encode(uint64 jobId, JobCard,
/// JobOutcome).
interface ISettledMarket {
    function disputedJob(bytes calldata shown) external view returns (DisputedJob memory);

    /// @notice Effects: DISPUTED until resolveUntil. Requirements: only Settlement; REPORTED; now ≤ challengeUntil <
    /// resolveUntil.
    /// @return job as it was
    function openDispute(bytes calldata shown, uint40 resolveUntil) external returns (DisputedJob memory job);

    /// @notice Effects: upheld (same code and pay): REPORTED as before. Otherwise REPORTED as ruled, final at once:
    /// challengeUntil = now − 1; FRAUD is marked as slashed, for the caller slashes it now. Requirements: only Settlement; DISPUTED; the code knows this pay; with `overdue`, now >
    /// resolveUntil.
    /// @return job with the verdict that stands now
    function resolveDispute(bytes calldata shown, uint8 code, uint96 paid, bool overdue)
        external
        returns (DisputedJob memory job);
}

/// @title What the market for metered jobs does with its verdicts
interface IMeteredMarket is ISettledMarket {
    /// @notice What a verdict moved.
    struct Moved {
        address consumer;
        address provider;
        uint96 paid; // now, gross, before the fee
        uint96 refunded;
        uint96 lock; // to be freed with the bucket
        uint96 value; // the money at risk, by which the challenge window is long
    }

    /// @notice As IJobMarket.reportVerdicts, for job ids with bit 63; a card has 89 bytes, of whatever meaning. The sum
    /// of what moved must be in the *JobMarket's* ledger when this returns (vault.moveLedger), from where claims are
    /// paid. Only Settlement.
    function reportVerdicts(uint64 epoch, bytes calldata verdicts, bytes calldata cards)
        external
        returns (Moved[] memory moved, uint256 wrongCards);

    /// @notice Marks a FRAUD as slashed, once, after its challengeUntil; the caller slashes it now, as a fixed-price one:
    /// the lock is lockOf(job.price). Only Settlement.
    function takeFraud(bytes calldata shown) external returns (DisputedJob memory job);
}
