// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "./AssayTypes.sol";

/// @title What insurance asks a market: the state, which is the first word of every market's `job`
interface IJobStates {
    function job(uint64 jobId) external view returns (JobState state);
}

/// @notice Life of one consumer's cover for one job.
enum CoverState {
    NONE,
    ACTIVE,
    FAULTED, // the provider's fault was reported: to be paid
    PAID,
    CLOSED // taken back before Accept, or run out
}

/// @title Service credits for covered jobs
/// @notice A consumer buys cover for one job before it is accepted. Where the job then ends by the provider's fault
/// (fraud slashed, or run time passed), he gets back his premium and what that fault itself brought to this pool, up to
/// the cover's limit. A payout never exceeds that sum: so the pool can always pay, and an operator who orders from
/// himself with cover gets back only a part of what he loses.
///
/// Where a job ends well the premium stays. What is not reserved for open covers can only be burned.
///
/// A module of the vault, and StakeManager's and FeeRouter's `insurance`. Constructor: `InsurancePool(address vault,
/// address stake, address governor, address market, address rateMarket, address settlement, uint32 termS)`; rateMarket 0:
/// none.
interface IInsurancePool {
    /// @notice Only the governor may.
    error NotGovernor(address got, address want);
    /// @notice Only a market or the settlement reports faults.
    error NotReporter(address got);
    /// @notice A zero address where a contract is wanted.
    error ZeroAddress();
    /// @notice Cover has a premium.
    error ZeroAmount();
    /// @notice The limit must be at least the premium.
    error LimitTooSmall(uint96 got, uint96 min);
    /// @notice Too late, or too early: the job is in a state in which this is not done.
    error WrongJobState(uint64 jobId, uint8 got);
    /// @notice The buyer's cover for the job is in another state.
    error WrongCoverState(uint64 jobId, address buyer, CoverState got, CoverState want);
    /// @notice The cover still runs.
    error TermNotOver(uint256 got, uint256 want);
    /// @notice All that the pool holds is reserved.
    error NothingToBurn();

    event CoverBought(uint64 indexed jobId, address indexed buyer, uint96 premium, uint96 limit, uint40 until);
    /// @notice `contributed` came from this fault's slash or penalty.
    event FaultNoted(uint64 indexed jobId, address indexed buyer, uint96 contributed);
    event CoverPaid(uint64 indexed jobId, address indexed buyer, uint96 amount);
    /// @notice `refunded` of the premium went back: all before Accept, nothing after the term.
    event CoverClosed(uint64 indexed jobId, address indexed buyer, uint96 refunded);
    event SurplusBurned(uint256 amount);

    function vault() external view returns (address);
    function stake() external view returns (address);
    function governor() external view returns (address);
    function market() external view returns (address);
    function rateMarket() external view returns (address);
    function settlement() external view returns (address);
    /// @notice Seconds a cover lasts; longer than any job with its windows.
    function termS() external view returns (uint32);
    /// @notice Owed to open covers at most.
    function reserved() external view returns (uint256);
    function coverOf(uint64 jobId, address buyer)
        external
        view
        returns (CoverState state, uint96 premium, uint96 limit, uint96 contributed, uint40 until);

    /// @notice Buys cover from the caller's vault credit. Only the cover of the job's own consumer can ever be paid.
    /// Requirements: the job is unknown, FUNDED or ASSIGNED; limit ≥ premium > 0; no cover of the caller for it yet.
    function buy(uint64 jobId, uint96 premium, uint96 limit) external;

    /// @notice Gives the premium back while the job is not accepted, or never was. Only the buyer.
    function takeBack(uint64 jobId) external;

    /// @notice A market or the settlement reports that the job ended by its provider's fault. Does nothing where there
    /// is no such cover: so it stops no slash.
    /// @param contributed what the slash or penalty sent to insurance
    function noteFault(uint64 jobId, address consumer, uint96 contributed) external;

    /// @notice Pays min(limit, premium + contributed) into the buyer's vault credit. Anyone. Requirements: FAULTED.
    function pay(uint64 jobId, address buyer) external returns (uint96 amount);

    /// @notice Ends a cover whose term is over. Anyone. Requirements: ACTIVE, now > until.
    function close(uint64 jobId, address buyer) external;

    /// @notice Burns what is not reserved. Only the governor.
    function burnSurplus() external returns (uint256 amount);
}
