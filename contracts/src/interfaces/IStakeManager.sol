// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "./AssayTypes.sol";

/// @title What a provider has at risk
/// @notice A provider's *stake* is all he has here. Part of it is *locked* for jobs, part may be *unbonding*; the rest
/// is free. Always locked + unbonding ≤ staked. All of it can be slashed until it has left the contract, unbonding and
/// matured stake included; what a slash took, the pending withdrawal pays that much less.
///
/// Constructor: `StakeManager(address vault, address market, address settlement, address insurance, uint32
/// unbondingDelayS)`.
interface IStakeManager {
    error NotMarket(address got, address want);
    error NotSettlement(address got, address want);
    /// @notice Neither JobMarket nor Settlement.
    error NotMarketOrSettlement(address got);
    /// @notice The provider has too little free stake.
    error FreeStakeTooSmall(address provider, uint256 got, uint256 want);
    /// @notice More is to be freed than is locked: a defect of a module.
    error LockTooSmall(address provider, uint256 got, uint256 want);
    /// @notice One unbonding at a time: withdraw or cancel it first.
    error UnbondingPending(address provider, uint256 amount, uint40 availableAt);
    error NothingUnbonding(address provider);
    /// @notice The unbonding delay has not passed yet.
    error StillUnbonding(uint256 got, uint256 want);
    error ZeroAmount();
    /// @notice An account's stake must fit 96 bits.
    error StakeTooLarge(uint256 got, uint256 want);
    error ZeroAddress();

    /// @notice `staked` is the provider's stake after the deposit.
    event Staked(address indexed provider, uint96 amount, uint96 staked);
    event UnbondingRequested(address indexed provider, uint96 amount, uint40 availableAt);
    event UnbondingCancelled(address indexed provider, uint96 amount);
    /// @notice `amount` left for the provider's vault credit.
    event Unstaked(address indexed provider, uint96 amount, uint96 staked);
    event StakeLocked(address indexed provider, uint96 amount, uint96 locked);
    event StakeUnlocked(address indexed provider, uint96 amount, uint96 locked);
    /// @notice `taken` = compensation + burned + insurance left the provider's stake.
    event StakeSlashed(
        address indexed provider, uint96 taken, uint96 compensation, uint96 burned, uint96 insurance, uint96 staked
    );

    function vault() external view returns (address);
    function market() external view returns (address);
    function settlement() external view returns (address);
    /// @notice The account credited with what is slashed and neither compensation nor burned.
    function insurance() external view returns (address);
    /// @notice Seconds from request to withdrawal. Longer than any job's windows together, or a provider could leave
    /// before a verdict.
    function unbondingDelayS() external view returns (uint32);

    /// @notice All of a provider's numbers.
    /// @return staked everything, including the next two
    /// @return locked for jobs
    /// @return unbonding asked back
    /// @return availableAt from when on `withdrawUnbonded` works (chain time); 0 where nothing is unbonding
    function stakeOf(address provider)
        external
        view
        returns (uint96 staked, uint96 locked, uint96 unbonding, uint40 availableAt);

    /// @notice staked − locked − unbonding.
    function freeStakeOf(address provider) external view returns (uint96);

    /// @notice Stakes `amount` of the caller's vault credit. Effects: staked + amount. Requirements: amount > 0; credit
    /// ≥ amount.
    function stake(uint96 amount) external;

    /// @notice Stakes `amount` straight from `provider`'s wallet on his EIP-3009 signature, whose nonce is the digest
    /// of StakeDeposit(provider, amount, salt) in this contract's domain. Anyone may submit it.
    function stakeWithAuthorization(address provider, uint96 amount, uint64 salt, Payment calldata payment) external;

    /// @notice Asks for `amount` of free stake back. Effects: unbonding = amount, availableAt = now + unbondingDelayS.
    /// Requirements: nothing unbonding yet; free ≥ amount > 0.
    function requestUnbonding(uint96 amount) external;

    /// @notice Makes the caller's unbonding stake free again.
    function cancelUnbonding() external;

    /// @notice Turns the caller's matured unbonding stake into vault credit.
    /// Effects: staked − what is left of the request, unbonding = 0. Requirements: now ≥ availableAt.
    function withdrawUnbonded() external;

    /// @notice Locks `amount` of free stake. Only JobMarket.
    function lock(address provider, uint96 amount) external;

    /// @notice Frees `amount` of locked stake. Only JobMarket or Settlement.
    function unlock(address provider, uint96 amount) external;

    /// @notice Frees a job's lock and takes min(lock, penalty) of the stake: half burned (rounded up), the rest to
    /// insurance; nothing to the consumer, who else could earn by withholding. Only JobMarket.
    /// @return taken what left the stake
    function penalise(address provider, uint96 locked, uint96 penalty) external returns (uint96 taken);

    /// @notice Takes up to `amount` of the stake for a fraud: the job's own lock first, then free stake, then unbonding
    /// stake; never what is locked for other jobs. Of it min(taken, compensationMax) is credited to `victim`; of the
    /// rest half (rounded up) is burned and the remainder credited to insurance. Only Settlement.
    /// Effects: staked − taken, locked − lock, unbonding cut to what is left.
    function slash(address provider, uint96 locked, uint96 amount, address victim, uint96 compensationMax)
        external
        returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount);
}
