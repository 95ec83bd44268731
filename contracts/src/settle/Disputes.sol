// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob, IDisputable, Ruling} from "../interfaces/IDisputable.sol";
import {IJobBook} from "../interfaces/IJobBook.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ISettledMarket} from "../interfaces/ISettledMarket.sol";
import {IStakeManager, StakeRole} from "../interfaces/IStakeManager.sol";
import {Bps} from "../libraries/Bps.sol";
import {ChallengeWindow} from "../libraries/ChallengeWindow.sol";
import {Faults} from "../libraries/Faults.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {Accounts} from "./Accounts.sol";
import {Buckets} from "./Buckets.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What a court and a fraud change: documented on IDisputable
abstract contract Disputes is Accounts, IDisputable {
    address public immutable feeReceiver;
    address public immutable meteredMarket;
    address public immutable court;
    uint16 public immutable feeBps;
    uint32 internal immutable LOCK_BPS;
    uint32 private immutable SLASH_BPS;
    uint32 private immutable CHALLENGE_WINDOW_S;
    uint32 private immutable CHALLENGE_WINDOW_MAX_S;
    uint96 private immutable CHALLENGE_VALUE;
    uint96 private immutable COMPENSATION_CAP;
    address private immutable INSURANCE;

    modifier onlyCourt() {
        if (msg.sender != court) revert NotCourt(msg.sender, court);
        _;
    }

    constructor(address stake_, address market_, address feeReceiver_, address meteredMarket_, address court_) {
        if (feeReceiver_ == address(0)) revert ZeroAddress();
        // A later generation is no constant of the stake, but was announced there as its module.
        (StakeRole role,,) = IStakeManager(stake_).moduleOf(address(this));
        if (role != StakeRole.SETTLEMENT) {
            _requireWiring("stake.settlement", IStakeManager(stake_).settlement(), address(this));
            _requireWiring("stake.market", IStakeManager(stake_).market(), market_);
        }
        _requireWiring("market.settlement", IJobMarket(market_).settlement(), address(this));
        _requireWiring("market.stake", IJobMarket(market_).stake(), stake_);
        _requireWiring("market.vault", IJobMarket(market_).vault(), IStakeManager(stake_).vault());
        IJobBook.Params memory p = IJobMarket(market_).params();
        stake = stake_;
        market = market_;
        feeReceiver = feeReceiver_;
        meteredMarket = meteredMarket_;
        court = court_;
        bucketS = p.bucketS;
        feeBps = p.feeBps;
        LOCK_BPS = p.lockBps;
        SLASH_BPS = p.slashBps;
        CHALLENGE_WINDOW_S = p.challengeWindowS;
        CHALLENGE_WINDOW_MAX_S = p.challengeWindowMaxS;
        CHALLENGE_VALUE = p.challengeValue;
        COMPENSATION_CAP = p.compensationCap;
        INSURANCE = IStakeManager(stake_).insurance();
    }

    function disputedJob(bytes calldata shown) external view returns (DisputedJob memory) {
        return _marketOf(shown).disputedJob(shown);
    }

    function openDispute(bytes calldata shown, uint40 resolveUntil)
        external
        onlyCourt
        returns (DisputedJob memory job)
    {
        job = _marketOf(shown).openDispute(shown, resolveUntil);
        uint256 index = Buckets.indexOf(job.challengeUntil, bucketS);
        uint256 fee = Bps.down(job.paid, feeBps);
        uint256 lock = job.code == PackedVerdicts.FRAUD ? 0 : Bps.up(job.price, LOCK_BPS);
        _remove(job.provider, index, job.paid - fee, lock);
        _remove(job.consumer, index, job.price - job.paid, 0);
        _remove(feeReceiver, index, fee, 0);
        emit DisputeOpened(job.jobId, resolveUntil);
    }

    function resolveDispute(bytes calldata shown, Ruling calldata ruling) external onlyCourt returns (uint96 rewarded) {
        DisputedJob memory before = _marketOf(shown).disputedJob(shown);
        DisputedJob memory job = _marketOf(shown).resolveDispute(shown, ruling.code, ruling.paid, false);
        bool upheld = job.code == before.code && job.paid == before.paid;
        _putBack(job);
        emit DisputeResolved(job.jobId, job.code, job.paid, upheld);
        // The market has marked it as slashed.
        if (!upheld && job.code == PackedVerdicts.FRAUD) {
            return _slash(job.jobId, job.provider, job.consumer, job.price, ruling.challenger, ruling.rewardMax);
        }
    }

    function expireDispute(bytes calldata shown) external {
        DisputedJob memory job = _marketOf(shown).resolveDispute(shown, 0, 0, true);
        _putBack(job);
        emit DisputeResolved(job.jobId, job.code, job.paid, true);
    }

    function _putBack(DisputedJob memory job) private {
        uint256 index = Math.max(Buckets.indexOf(job.challengeUntil, bucketS), _indexAfter(0));
        uint256 fee = Bps.down(job.paid, feeBps);
        uint256 lock = job.code == PackedVerdicts.FRAUD ? 0 : Bps.up(job.price, LOCK_BPS);
        if (job.paid > 0 || lock > 0) _add(job.provider, index, job.paid - fee, lock);
        if (job.price > job.paid) _add(job.consumer, index, job.price - job.paid, 0);
        if (fee > 0) _add(feeReceiver, index, fee, 0);
    }

    function _slash(
        uint64 jobId,
        address provider,
        address consumer,
        uint96 price,
        address challenger,
        uint96 rewardMax
    ) internal returns (uint96 reward) {
        uint96 taken;
        uint96 compensation;
        uint96 burnedAmount;
        uint96 insuranceAmount;
        uint96 lock = Bps.up(price, LOCK_BPS);
        uint96 amount = Bps.up(price, SLASH_BPS);
        uint96 compensationMax = uint96(Math.min(price, COMPENSATION_CAP));
        if (challenger == address(0)) {
            (taken, compensation, burnedAmount, insuranceAmount) =
                IStakeManager(stake).slash(provider, lock, amount, consumer, compensationMax);
        } else {
            (taken, compensation, burnedAmount, insuranceAmount, reward) = IStakeManager(stake)
                .slashForChallenger(provider, lock, amount, consumer, compensationMax, challenger, rewardMax);
        }
        emit JobSlashed(jobId, provider, taken, compensation, burnedAmount, insuranceAmount);
        Faults.note(INSURANCE, jobId, consumer, insuranceAmount);
    }

    function _windowOf(uint256 price) internal view returns (uint256) {
        return ChallengeWindow.secondsFor(price, CHALLENGE_WINDOW_S, CHALLENGE_WINDOW_MAX_S, CHALLENGE_VALUE);
    }

    /// @dev By the job id, with which `shown` begins.
    function _marketOf(bytes calldata shown) private view returns (ISettledMarket) {
        if (shown.length < 32) revert WrongShown(shown.length);
        uint64 jobId = uint64(uint256(bytes32(shown[:32])));
        if (jobId >> 63 == 0) return ISettledMarket(market);
        if (meteredMarket == address(0)) revert NoMeteredMarket(jobId);
        return ISettledMarket(meteredMarket);
    }

    function _requireWiring(string memory what, address got, address want) private pure {
        if (got != want) revert WrongWiring(what, got, want);
    }
}
