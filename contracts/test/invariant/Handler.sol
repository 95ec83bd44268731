// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputable, Ruling} from "../../src/interfaces/IDisputable.sol";
import {
    BatchItem,
    IDeviceRegistry,
    IJobBook,
    IJobMarket,
    IOracleCommittee,
    ISettlement,
    IStakeManager,
    ITestDollar,
    ITokenVault,
    JobCard,
    JobOutcome,
    JobState,
    Offer,
    Order,
    Payment,
    Report,
    WorkCommit,
    World
} from "../World.sol";

/// @title What the fuzzer may do: every move of every party, with bounded inputs, so that none may revert
/// @notice A move that finds nothing to act on does nothing. Ghosts count what left escrow and what was slashed.
contract Handler is World {
    uint256 internal constant JOBS_MAX = 40;
    /// @dev A device's joined volume never falls: room for every attempt of every job.
    uint96 internal constant VOLUME_MAX = 10_000e6;

    address[] public accounts; // everybody who may hold credit
    Account[] internal providers;
    Account[] internal providerDevices;
    Account[] internal consumers;
    Job[] internal jobs;
    uint8[] internal attempts;

    uint256 public ghostDonated;
    uint256 public ghostEscrowIn;
    uint256 public ghostEscrowOut;
    uint256 public ghostMovesAfterTheEnd; // must stay 0
    uint256 public ghostSlashesAboveStake; // must stay 0
    uint256 public ghostMovesByAWrongCard; // must stay 0
    mapping(uint64 => JobOutcome) internal outcomes;
    mapping(uint64 => bool) internal disputed;
    mapping(uint64 => JobState) internal ended;
    mapping(bytes32 => uint256) public calls;

    /// @dev What time it is: forge need not keep a warp from one call to the next.
    uint256 internal clock;

    modifier move(bytes32 name) {
        vm.warp(clock);
        calls[name] += 1;
        _;
        _noteEnds();
        clock = vm.getBlockTimestamp();
    }

    constructor() {
        setUp();
        providers.push(provider);
        providerDevices.push(device);
        providers.push(account("provider two"));
        providerDevices.push(account("device two"));
        _addProvider(providers[1].addr, STAKE);
        _addDevice(providers[1].addr, providerDevices[1]);
        consumers.push(consumer);
        consumers.push(account("consumer two"));
        _fundCredit(consumers[1].addr, 1_000e6);
        dollar.faucet(consumers[1].addr, 1_000e6);
        accounts = [consumer.addr, consumers[1].addr, provider.addr, providers[1].addr, treasury, insurance];
        clock = vm.getBlockTimestamp();
    }

    // --- Money. ---

    function deposit(uint256 who, uint256 amount) external move("deposit") {
        _fundCredit(accounts[who % accounts.length], bound(amount, 1, 1_000e6));
    }

    function withdraw(uint256 who, uint256 amount) external move("withdraw") {
        address from = accounts[who % accounts.length];
        uint256 credit = vault.creditOf(from);
        if (credit == 0) return;
        vm.prank(from);
        vault.withdraw(from, bound(amount, 1, credit));
    }

    function donate(uint256 amount) external move("donate") {
        amount = bound(amount, 1, 1e6);
        dollar.faucet(address(vault), amount);
        ghostDonated += amount;
    }

    // --- Stake. ---

    function stakeMore(uint256 who, uint256 amount) external move("stakeMore") {
        _addProvider(providers[who % 2].addr, uint96(bound(amount, 1, 100e6)));
    }

    function requestUnbonding(uint256 who, uint256 amount) external move("requestUnbonding") {
        address owner = providers[who % 2].addr;
        uint96 free = stake.freeStakeOf(owner);
        if (free == 0) return;
        vm.prank(owner);
        stake.requestUnbonding(uint96(bound(amount, 1, free)));
    }

    function endUnbonding(uint256 who, bool cancels) external move("endUnbonding") {
        address owner = providers[who % 2].addr;
        (,,, uint40 availableAt) = stake.stakeOf(owner);
        if (availableAt == 0) return;
        vm.startPrank(owner);
        if (cancels) {
            stake.cancelUnbonding();
        } else if (vm.getBlockTimestamp() >= availableAt) {
            stake.withdrawUnbonded();
        }
        vm.stopPrank();
    }

    // --- Jobs. ---

    function fund(uint256 who, uint256 amount, uint256 attemptsMax, bool fromWallet) external move("fund") {
        if (jobs.length == JOBS_MAX) return;
        Account memory payer = consumers[who % 2];
        Order memory order = _order();
        order.consumer = payer.addr;
        order.amount = uint96(bound(amount, 1, 20e6));
        order.priceMax = order.amount;
        order.attemptsMax = uint8(bound(attemptsMax, 1, 3));
        order.lane = fromWallet ? 1 : 0;
        uint256 money = fromWallet ? dollar.balanceOf(payer.addr) : vault.creditOf(payer.addr);
        if (money < order.amount) return;
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = fromWallet
            ? _authorisation(payer, order.amount, orderHash)
            : Payment(0, 0, signature(payer.key, orderHash));
        Job memory made = _jobOf(order);
        market.fund(order, payment);
        _fund(made, order.amount);
        jobs.push(made);
        attempts.push(1);
        ghostEscrowIn += order.amount;
    }

    /// @dev Far more jobs run this way than by chance through three moves.
    function run(uint256 which, uint256 whose, uint256 price) external move("run") {
        _join(which, whose, price);
        _accept(which);
    }

    /// @dev Paid, joined and accepted in one transaction.
    function openAccepted(uint256 who, uint256 whose, uint256 amount, uint256 price, bool fromWallet)
        external
        move("openAccepted")
    {
        Account memory payer = consumers[who % 2];
        Order memory order = _order();
        order.consumer = payer.addr;
        order.amount = uint96(bound(amount, 1, 20e6));
        order.priceMax = order.amount;
        order.lane = fromWallet ? 1 : 0;
        uint256 money = fromWallet ? dollar.balanceOf(payer.addr) : vault.creditOf(payer.addr);
        Offer memory offer = _roomyOffer(whose, uint96(bound(price, 1, order.amount)));
        if (money < order.amount || jobs.length == JOBS_MAX || !_hasRoomFor(whose, 1, offer.price)) return;
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = fromWallet
            ? _authorisation(payer, order.amount, orderHash)
            : Payment(0, 0, signature(payer.key, orderHash));
        Job memory made = _jobOf(order);
        made.device = providerDevices[whose % 2];
        _match(made, offer);
        bytes memory accepted = _signAccept(made, "input");
        vm.prank(matcher.addr);
        market.openAccepted(order, payment, offer, "input", accepted);
        _keep(made);
    }

    /// @dev Three prepaid Orders, for which there may be too little credit, the third signed by another where `flawed`:
    /// what cannot be opened is left out.
    function openBatch(uint256 who, uint256 whose, uint256 price, bool flawed) external move("openBatch") {
        Offer memory offer = _roomyOffer(whose, uint96(bound(price, 1, 20e6)));
        if (jobs.length + 3 > JOBS_MAX || !_hasRoomFor(whose, 3, offer.price)) return;
        BatchItem[] memory items = new BatchItem[](3);
        Job[] memory made = new Job[](3);
        for (uint256 i = 0; i < 3; ++i) {
            Account memory payer = consumers[(who % 2 + i) % 2];
            items[i].order = _order();
            items[i].order.consumer = payer.addr;
            items[i].order.amount = offer.price;
            items[i].order.priceMax = offer.price;
            made[i] = _jobOf(items[i].order);
            made[i].device = providerDevices[whose % 2];
            _match(made[i], offer);
            items[i].orderSignature = signature(flawed && i == 2 ? provider.key : payer.key, made[i].orderHash);
            items[i].inputRoot = "input";
            items[i].acceptSignature = _signAccept(made[i], "input");
        }
        vm.prank(matcher.addr);
        uint256 opened = market.openBatch(items, offer);
        for (uint256 i = 0; i < 3; ++i) {
            if (_stateOf(made[i].id) != JobState.RUNNING) continue;
            _keep(made[i]);
            --opened;
            if (flawed && i == 2) ghostMovesByAWrongCard += 1;
        }
        if (opened != 0) ghostMovesByAWrongCard += 1;
    }

    function _roomyOffer(uint256 whose, uint96 price) private returns (Offer memory offer) {
        offer = _offerOf(providerDevices[whose % 2].addr);
        offer.price = price;
        offer.volumeMax = VOLUME_MAX;
    }

    function _hasRoomFor(uint256 whose, uint256 count, uint96 price) private view returns (bool) {
        return market.activeJobs(providerDevices[whose % 2].addr) + count <= 8
            && stake.freeStakeOf(providers[whose % 2].addr) >= count * market.lockOf(price);
    }

    /// @dev A job that runs from its first moment, with the price in escrow.
    function _keep(Job memory made) private {
        jobs.push(made);
        attempts.push(1);
        ghostEscrowIn += made.card.amount;
    }

    function join(uint256 which, uint256 whose, uint256 price) external move("join") {
        _join(which, whose, price);
    }

    function accept(uint256 which) external move("accept") {
        _accept(which);
    }

    function _join(uint256 which, uint256 whose, uint256 price) private {
        (uint256 index, bool found) = _pick(which, JobState.FUNDED);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        uint96 amount = made.card.amount;
        made.device = providerDevices[whose % 2];
        if (market.activeJobs(made.device.addr) >= 8) return;
        made.offer = _offerOf(made.device.addr);
        made.offer.price = uint96(bound(price, 1, amount));
        made.offer.volumeMax = VOLUME_MAX;
        _join(made, attempts[index], made.offer);
        jobs[index] = made;
        ghostEscrowOut += amount - made.offer.price;
    }

    function _accept(uint256 which) private {
        (uint256 index, bool found) = _pick(which, JobState.ASSIGNED);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        if (stake.freeStakeOf(made.card.provider) < market.lockOf(made.card.amount)) return;
        bytes memory signed = _signAccept(made, "input");
        market.accept(made.order, attempts[index], made.offerHash, made.card, "input", signed);
    }

    function postCommit(uint256 which) external move("postCommit") {
        (uint256 index, bool found) = _pick(which, JobState.RUNNING);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        WorkCommit memory message = _workCommit(made);
        bytes memory signed = signature(made.device.key, market.hashWorkCommit(message));
        market.postCommit(made.order, made.offerHash, made.card, message, signed);
    }

    function fail(uint256 which, bool committed) external move("fail") {
        (uint256 index, bool found) = _pick(which, committed ? JobState.COMMITTED : JobState.RUNNING);
        if (!found || !_inTime(index)) return;
        market.fail(jobs[index].id, jobs[index].card, "reason", _signFail(jobs[index], "reason"));
    }

    function cancel(uint256 which, bool assigned) external move("cancel") {
        (uint256 index, bool found) = _pick(which, assigned ? JobState.ASSIGNED : JobState.FUNDED);
        if (!found || !_inTime(index)) return;
        vm.prank(jobs[index].order.consumer);
        market.cancel(jobs[index].id, jobs[index].card);
    }

    /// @dev Of any job, in whatever state, with whatever pay: what does not fit must be skipped.
    function report(uint256 which, uint256 code, uint256 paid, bool sensible) external move("report") {
        if (jobs.length == 0) return;
        (uint256 index, bool found) = _pick(which, JobState.RUNNING);
        if (!found || !sensible) index = which % jobs.length;
        uint64 jobId = jobs[index].id;
        uint96 price = jobs[index].card.amount;
        uint8 chosen = uint8(bound(code, 0, 8));
        uint96 pay = uint96(bound(paid, 0, uint256(price) + 1));
        if (sensible) pay = chosen == OK ? price : chosen == PARTIAL ? pay % price : 0;
        bool open = market.job(jobId).state < JobState.REPORTED;
        bytes memory one = _verdict(jobId, chosen, pay);
        _settle(bytes.concat(one, one));
        if (open) _noteOutcome(index, chosen, pay);
    }

    /// @dev With garbage in a card's place nothing may happen, to nobody.
    function reportWithAWrongCard(uint256 which, uint256 what, uint256 garbage) external move("wrongCard") {
        (uint256 index, bool found) = _pick(which, JobState.RUNNING);
        if (!found) return;
        Job memory made = jobs[index];
        JobCard memory wrong = abi.decode(abi.encode(made.card), (JobCard));
        if (what % 5 == 0) wrong.terms = keccak256(abi.encode(garbage));
        else if (what % 5 == 1) wrong.consumer = stranger.addr;
        else if (what % 5 == 2) wrong.provider = providers[garbage % 2].addr;
        else if (what % 5 == 3) wrong.deviceIndex = uint40(bound(garbage, 0, 3));
        else wrong.amount = uint96(bound(garbage, 0, type(uint96).max));
        if (keccak256(abi.encode(wrong)) == keccak256(abi.encode(made.card))) return;
        cards[made.id] = wrong;
        _settle(_verdict(made.id, OK, wrong.amount));
        cards[made.id] = made.card;
        if (_stateOf(made.id) != JobState.RUNNING) ghostMovesByAWrongCard += 1;
    }

    function claim(uint256 who) external move("claim") {
        address owner = accounts[who % accounts.length];
        (uint256 amount, uint256 lock) = settlement.claimableOf(owner);
        if (amount == 0 && lock == 0) return;
        settlement.claim(owner);
    }

    function slash(uint256 which) external move("slash") {
        (uint256 index, bool found) = _pickFraud(which);
        if (found) _slashJob(index);
    }

    function expire(uint256 which) external move("expire") {
        if (jobs.length == 0) return;
        _expireIfDue(which % jobs.length);
    }

    function retry(uint256 which) external move("retry") {
        (uint256 index, bool found) = _pick(which, JobState.ASSIGNED);
        if (!found || _inTime(index)) return;
        Job memory made = jobs[index];
        if (!market.job(made.id).retryable || vm.getBlockTimestamp() > made.order.orderDeadline) return;
        ended[made.id] = JobState.EXPIRED; // its escrow is the next attempt's
        made.id = market.retry(made.order, attempts[index], made.offerHash, made.card);
        _fund(made, made.card.amount);
        jobs[index] = made;
        attempts[index] += 1;
    }

    function pass(uint256 seconds_) external move("pass") {
        skip(bound(seconds_, 1, 120));
    }

    function passDays(uint256 seconds_) external move("passDays") {
        if (seconds_ % 4 == 0) skip(bound(seconds_, 1, 2 days)); // seldom: it ends most jobs
    }

    // --- For the invariants. ---

    function jobCount() external view returns (uint256) {
        return jobs.length;
    }

    function jobIdAt(uint256 index) external view returns (uint64) {
        return jobs[index].id;
    }

    function cardAt(uint256 index) external view returns (JobCard memory) {
        return jobs[index].card;
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    function providerAt(uint256 index) external view returns (address) {
        return providers[index].addr;
    }

    function contracts() external view returns (ITestDollar, ITokenVault, IStakeManager, IJobMarket, ISettlement) {
        return (dollar, vault, stake, market, settlement);
    }

    /// @notice Lets all time pass, and brings about every default and every claim, as a stranger.
    function endEverything() external {
        vm.warp(clock + 60 days);
        for (uint256 i = 0; i < jobs.length; ++i) {
            _expireIfDue(i);
            _expireIfDue(i); // COMMITTED takes two: the extension, then the end
            IJobBook.JobView memory shown = market.job(jobs[i].id);
            if (shown.state == JobState.DISPUTED) IDisputable(address(settlement)).expireDispute(_shown(i));
            if (shown.fraud && !shown.slashed) _slashJob(i);
        }
        vm.warp(clock + 61 days); // what a dispute held back waits once more
        for (uint256 i = 0; i < accounts.length; ++i) {
            _claim(accounts[i]);
        }
        _noteEnds();
    }

    // --- Disputes: the court is an account here. ---

    function dispute(uint256 which, uint256 seconds_) external move("dispute") {
        (uint256 index, bool found) = _pick(which, JobState.REPORTED);
        if (!found || disputed[jobs[index].id]) return;
        disputed[jobs[index].id] = true;
        uint40 resolveUntil = outcomes[jobs[index].id].challengeUntil + uint40(bound(seconds_, 1, 3 days));
        vm.prank(court);
        IDisputable(address(settlement)).openDispute(_shown(index), resolveUntil);
    }

    function rule(uint256 which, uint256 code, uint256 paid, bool upholds) external move("rule") {
        (uint256 index, bool found) = _pick(which, JobState.DISPUTED);
        if (!found) return;
        JobOutcome memory now_ = outcomes[jobs[index].id];
        uint96 price = jobs[index].card.amount;
        uint8 chosen = uint8(bound(code, 1, 7));
        if (chosen == CHECKPOINT) chosen = FRAUD;
        uint96 pay = chosen == OK ? price : chosen == PARTIAL ? uint96(bound(paid, 0, price - 1)) : 0;
        if (upholds) (chosen, pay) = (now_.code, now_.paid);
        vm.prank(court);
        IDisputable(address(settlement)).resolveDispute(_shown(index), Ruling(chosen, pay, address(0), 0));
        _noteRuling(index, chosen, pay);
    }

    function expireDispute(uint256 which) external move("expireDispute") {
        (uint256 index, bool found) = _pick(which, JobState.DISPUTED);
        if (!found || _inTime(index)) return;
        vm.prank(stranger.addr);
        IDisputable(address(settlement)).expireDispute(_shown(index));
    }

    function _noteRuling(uint256 index, uint8 code, uint96 paid) private {
        JobOutcome storage outcome = outcomes[jobs[index].id];
        (outcome.code, outcome.paid) = (code, paid);
        outcome.challengeUntil = market.job(jobs[index].id).deadline;
    }

    function _shown(uint256 index) private view returns (bytes memory) {
        return abi.encode(jobs[index].id, jobs[index].card, outcomes[jobs[index].id]);
    }

    function _noteOutcome(uint256 index, uint8 code, uint96 paid) private {
        Job memory made = jobs[index];
        if (market.job(made.id).state == JobState.REPORTED) outcomes[made.id] = _outcome(made, code, paid);
    }

    function _slashJob(uint256 index) private {
        Job memory made = jobs[index];
        address owner = made.card.provider;
        (uint96 before, uint96 lockedBefore,,) = stake.stakeOf(owner);
        uint96 lock = market.lockOf(made.card.amount);
        settlement.slash(made.id, made.card, outcomes[made.id]);
        (uint96 afterwards, uint96 lockedAfter,,) = stake.stakeOf(owner);
        bool sound = afterwards <= before && lockedAfter == lockedBefore - lock && lockedAfter <= afterwards;
        if (!sound) ghostSlashesAboveStake += 1;
    }

    function _expireIfDue(uint256 index) private {
        uint64 jobId = jobs[index].id;
        IJobBook.JobView memory shown = market.job(jobId);
        JobState state = shown.state;
        bool waits = state == JobState.FUNDED || state == JobState.ASSIGNED || state == JobState.RUNNING
            || state == JobState.COMMITTED;
        uint256 due = shown.deadline;
        if (state == JobState.ASSIGNED && shown.retryable) due += params().retryGraceS;
        if (!waits || vm.getBlockTimestamp() <= due) return;
        vm.prank(stranger.addr);
        _expire(jobId);
    }

    /// @dev Counts each job's escrow out once, when it ends; any change of an ended job's state is counted against us.
    function _noteEnds() private {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint64 jobId = jobs[i].id;
            JobState state = market.job(jobId).state;
            if (state == JobState.FINAL || state == JobState.DISPUTED) state = JobState.REPORTED;
            if (ended[jobId] != JobState.NONE) {
                if (ended[jobId] != state) ghostMovesAfterTheEnd += 1;
            } else if (state >= JobState.REPORTED) {
                ended[jobId] = state;
                ghostEscrowOut += jobs[i].card.amount;
            }
        }
    }

    function _inTime(uint256 index) private view returns (bool) {
        return vm.getBlockTimestamp() <= market.job(jobs[index].id).deadline;
    }

    function _pick(uint256 seed, JobState want) private view returns (uint256, bool) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint256 index = (seed % jobs.length + i) % jobs.length;
            if (_stateOf(jobs[index].id) == want) return (index, true);
        }
        return (0, false);
    }

    function _pickFraud(uint256 seed) private view returns (uint256, bool) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint256 index = (seed % jobs.length + i) % jobs.length;
            IJobBook.JobView memory shown = market.job(jobs[index].id);
            if (shown.fraud && !shown.slashed && shown.state == JobState.FINAL) return (index, true);
        }
        return (0, false);
    }
}
