// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "./AssayTypes.sol";

/// @notice What a later generation's contract may do with stake.
enum StakeRole {
    NONE,
    MARKET, // lock, unlock, penalise
    SETTLEMENT // unlock, slash
}

/// @title What a provider has at risk
/// @notice A provider's own stake, and what others *delegated* to him. What he may have *locked* for jobs at a time is
/// his *bond*: own stake + delegated, of which no more counts than DELEGATION_MULTIPLE times his own. Own stake that he
/// asked back, and what delegators asked back, is no longer bond, and is slashed like all else until it has left the
/// contract, also when its time has come.
///
/// Waterfall. Own stake pays first, unbonding last of it; delegators pay what is missing, all in the same proportion,
/// leaving or not. Of own stake the victim gets at most half, at most the caller's bound; of the rest half (rounded up)
/// is burned, a challenger gets at most a quarter and challengerRewardMax, insurance the remainder. What delegators lose
/// is burned: nobody can earn by draining them. Never touched is what is locked for other jobs.
///
/// Delegators hold shares (SharePool). They can always leave; then new locks wait until old ones are freed. They earn
/// what `rewardDelegators` gives; a provider's commission is bounded and changes late. Who joins just before a reward
/// shares in it, and stays slashable for a whole unbonding.
///
/// Constructor: `StakeManager(address vault, address market, address settlement, address insurance, uint32
/// unbondingDelayMinS, address governor, uint96 challengerRewardMax, address[] markets)`: markets beside the first that may lock
/// from the beginning.
interface IStakeManager {
    /// @notice Only the governor may.
    error NotGovernor(address got, address want);
    /// @notice The caller is no market, or one that may lock no more; want names the first.
    error NotMarket(address got, address want);
    /// @notice The caller is no settlement; want names the first.
    error NotSettlement(address got, address want);
    /// @notice Neither JobMarket nor Settlement.
    error NotMarketOrSettlement(address got);
    /// @notice The provider has too little free stake.
    error FreeStakeTooSmall(address provider, uint256 got, uint256 want);
    /// @notice More is to be freed than is locked: a defect of a module.
    error LockTooSmall(address provider, uint256 got, uint256 want);
    /// @notice The account has nothing unbonding.
    error NothingUnbonding(address account);
    /// @notice The unbonding delay has not passed yet.
    error StillUnbonding(uint256 got, uint256 want);
    /// @notice An amount, or a number of shares, of nothing.
    error ZeroAmount();
    /// @notice An account's stake must fit 96 bits.
    error StakeTooLarge(uint256 got, uint256 want);
    /// @notice A zero address where a contract is wanted.
    error ZeroAddress();
    /// @notice A module that has, or cannot have, this role.
    error ModuleKnown(address module);
    /// @notice Seconds outside of the bounds.
    error DelayOutOfRange(uint256 got, uint256 min, uint256 max);
    /// @notice In 1/10,000.
    error RateOutOfRange(uint256 got, uint256 max);
    /// @notice More than DELEGATION_MULTIPLE times the provider's own stake.
    error DelegationTooLarge(address provider, uint256 got, uint256 max);
    /// @notice A provider's own stake is staked, not delegated.
    error SelfDelegation(address provider);
    /// @notice The delegator has fewer shares.
    error SharesTooFew(address provider, address delegator, uint256 got, uint256 want);
    /// @notice Nobody has shares that a reward could raise.
    error NoDelegators(address provider);

    /// @notice `staked` is the provider's stake after the deposit.
    event Staked(address indexed provider, uint96 amount, uint96 staked);
    event UnbondingRequested(address indexed provider, uint96 amount, uint40 availableAt);
    event UnbondingCancelled(address indexed provider, uint96 amount);
    /// @notice `amount` left for the provider's vault credit.
    event Unstaked(address indexed provider, uint96 amount, uint96 staked);
    event StakeLocked(address indexed provider, uint96 amount, uint96 locked);
    event StakeUnlocked(address indexed provider, uint96 amount, uint96 locked);
    /// @notice `taken` = compensation + burned + insurance (+ ChallengerRewarded) left the provider's own stake, of
    /// which `staked` is left, and his delegators' (DelegatorsSlashed comes first).
    event StakeSlashed(
        address indexed provider, uint96 taken, uint96 compensation, uint96 burned, uint96 insurance, uint96 staked
    );
    /// @notice `taken` left the delegators' pools, in which there is now that much.
    event DelegatorsSlashed(address indexed provider, uint96 taken, uint96 delegated, uint96 leaving);
    event ChallengerRewarded(address indexed provider, address indexed challenger, uint96 reward);
    /// @notice What slashes had taken was burned and credited to insurance.
    event SlashedFlushed(uint128 burned, uint128 insurance);
    event Delegated(address indexed provider, address indexed delegator, uint96 amount, uint128 shares);
    event UndelegationRequested(
        address indexed provider, address indexed delegator, uint128 shares, uint96 amount, uint40 availableAt
    );
    event Undelegated(address indexed provider, address indexed delegator, uint96 amount);
    event DelegatorsRewarded(address indexed provider, address indexed from, uint96 amount, uint96 commission);
    event CommissionAnnounced(address indexed provider, uint16 bps, uint40 from);
    event StakeModuleAdded(address indexed module, StakeRole role, uint40 activeFrom);
    event StakeModuleRetired(address indexed module);
    event UnbondingDelaySet(uint32 delayS);

    function vault() external view returns (address);
    function market() external view returns (address);
    function settlement() external view returns (address);
    /// @notice The account credited with what is slashed and neither compensation nor burned.
    function insurance() external view returns (address);
    function governor() external view returns (address);
    /// @notice Least seconds from request to withdrawal; the withdrawal waits for the end of an epoch. Longer than any
    /// job's windows together, or a provider could leave before a verdict. What was requested keeps its time.
    function unbondingDelayS() external view returns (uint32);
    /// @notice Below which no governor can set it; nor above twice that.
    function unbondingDelayMinS() external view returns (uint32);
    function unbondingEpochS() external view returns (uint32);
    /// @notice Greatest reward of a challenger, token base units.
    function challengerRewardMax() external view returns (uint96);
    function DELEGATION_MULTIPLE() external view returns (uint256);
    function COMMISSION_BPS_MAX() external view returns (uint16);

    /// @notice A provider's own numbers.
    /// @return staked own stake, unbonding included
    /// @return locked for jobs
    /// @return unbonding asked back
    /// @return availableAt when the first part of it can be withdrawn, or could (chain time); 0 where nothing is
    /// unbonding
    function stakeOf(address provider)
        external
        view
        returns (uint96 staked, uint96 locked, uint96 unbonding, uint40 availableAt);

    /// @notice bond − locked; 0 where delegators left so that more is locked.
    function freeStakeOf(address provider) external view returns (uint96);

    /// @notice What stands behind a provider.
    /// @return self own stake, without what is unbonding
    /// @return delegated by others, without what is leaving
    /// @return leaving asked back by delegators
    /// @return bond what may be locked in all
    function backingOf(address provider)
        external
        view
        returns (uint96 self, uint96 delegated, uint96 leaving, uint96 bond);

    /// @notice One delegator's position: shares, what they are worth, what is leaving and when the first part of it may.
    function delegationOf(address provider, address delegator)
        external
        view
        returns (uint128 shares, uint96 amount, uint96 leaving, uint40 availableAt);

    /// @notice A provider's part of delegators' rewards now, and the announced one.
    function commissionOf(address provider) external view returns (uint16 bps, uint16 nextBps, uint40 nextFrom);

    /// @notice The bond that makes cheating on any job of at most this price a loss where one of auditBps/10,000 jobs is
    /// audited and detectionBps/10,000 of the frauds among them are found: 1.5 × price / (audit rate × detection),
    /// rounded up. All of it is at risk from one detection.
    function standingBond(uint96 jobPriceMax, uint16 auditBps, uint16 detectionBps) external pure returns (uint256);

    /// @notice The greatest price that a provider's bond is a standing bond for.
    function jobPriceMaxOf(address provider, uint16 auditBps, uint16 detectionBps) external view returns (uint256);

    /// @notice What slashes took and `flushSlashed` will burn and give to insurance.
    function slashedNotFlushed() external view returns (uint128 toBurn, uint128 toInsurance);

    /// @notice A later generation's module. The first market and settlement are not in this list.
    function moduleOf(address module) external view returns (StakeRole role, uint40 activeFrom, bool retired);

    /// @notice Stakes `amount` of the caller's vault credit. Effects: staked + amount. Requirements: amount > 0; credit
    /// ≥ amount.
    function stake(uint96 amount) external;

    /// @notice Stakes `amount` straight from `provider`'s wallet on his EIP-3009 signature, whose nonce is the digest
    /// of StakeDeposit(provider, amount, salt) in this contract's domain. Anyone may submit it.
    function stakeWithAuthorization(address provider, uint96 amount, uint64 salt, Payment calldata payment) external;

    /// @notice Asks for `amount` of own free stake back. Effects: unbonding + amount, to be withdrawn from the end of the
    /// epoch in which now + unbondingDelayS lies. Requirements: own stake ≥ amount > 0; locks stay covered.
    function requestUnbonding(uint96 amount) external;

    /// @notice Makes all of the caller's unbonding stake, matured or not, stake again.
    function cancelUnbonding() external;

    /// @notice Turns the caller's matured unbonding stake into vault credit. Requirements: some has matured.
    function withdrawUnbonded() external;

    /// @notice Puts `amount` of the caller's vault credit behind a provider.
    /// Effects: shares for the caller. Requirements: amount > 0; the provider is another; all that is delegated to him ≤
    /// DELEGATION_MULTIPLE × his own stake.
    function delegate(address provider, uint96 amount) external returns (uint128 shares);

    /// @notice Asks `shares` back. Never refused to who has them. Effects: their worth is leaving, slashable until
    /// withdrawn.
    function undelegate(address provider, uint128 shares) external returns (uint96 amount);

    /// @notice Turns what left and matured into the caller's vault credit.
    function withdrawUndelegated(address provider) external returns (uint96 amount);

    /// @notice Gives `amount` of the caller's credit to a provider's delegators, less the provider's commission, which
    /// becomes his credit. Requirements: somebody has shares.
    function rewardDelegators(address provider, uint96 amount) external;

    /// @notice Sets the caller's commission, from now + unbondingDelayS on. Requirements: bps ≤ COMMISSION_BPS_MAX.
    function announceCommission(uint16 bps) external;

    /// @notice Gives a later generation's contract a role, from now + 2·unbondingDelayS on: longer than anybody needs to
    /// leave. Only the governor.
    function addModule(address module, StakeRole role) external;

    /// @notice Effects: locks no more, for ever; frees, penalises and slashes what it locked. Only the governor.
    function retireModule(address module) external;

    /// @notice For requests from now on. Requirements: unbondingDelayMinS ≤ delayS ≤ 2·unbondingDelayMinS. Only the
    /// governor.
    function setUnbondingDelay(uint32 delayS) external;

    /// @notice Locks `amount` of free stake. Only a market that is not retired.
    function lock(address provider, uint96 amount) external;

    /// @notice Frees `amount` of locked stake. Only a market or a settlement.
    function unlock(address provider, uint96 amount) external;

    /// @notice Frees a job's lock and takes min(lock, penalty): of own stake half burned (rounded up), the rest to
    /// insurance; nothing to the consumer, who else could earn by withholding. Only a market.
    /// @return taken what left the stake
    /// @return insuranceAmount what `flushSlashed` will credit to insurance
    function penalise(address provider, uint96 locked, uint96 penalty)
        external
        returns (uint96 taken, uint96 insuranceAmount);

    /// @notice Frees a job's lock and takes up to `amount` for a fraud, by the waterfall. Only a settlement.
    /// @param compensationMax the victim's: at most the price, and a fixed cap
    /// @return taken what left the stake
    /// @return compensation what became the victim's credit
    /// @return burnedAmount what `flushSlashed` will burn
    /// @return insuranceAmount what it will credit to insurance; comes from the provider's own stake alone
    function slash(address provider, uint96 locked, uint96 amount, address victim, uint96 compensationMax)
        external
        returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount);

    /// @notice `slash` with a reward for the challenger whom the settlement has on record; never the caller's choice.
    /// @return taken what left the stake
    /// @return compensation what became the victim's credit
    /// @return burnedAmount what `flushSlashed` will burn
    /// @return insuranceAmount what it will credit to insurance
    /// @return reward what became the challenger's credit: at most rewardMax, challengerRewardMax and a quarter of own
    /// stake less compensation
    function slashForChallenger(
        address provider,
        uint96 locked,
        uint96 amount,
        address victim,
        uint96 compensationMax,
        address challenger,
        uint96 rewardMax
    ) external returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount, uint96 reward);

    /// @notice Burns, and credits to insurance, what slashes took since the last time. Anyone.
    function flushSlashed() external;
}
